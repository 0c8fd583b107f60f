import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  RemovePermissionCommandInput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type PolicyDocument, type PolicyStatement } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import { violation } from '../model/constraints.ts'
import { checkRevision, type Functions, invalid, type LambdaFunction, notFound, revisedBy } from '../model/functions.ts'
import { type FunctionName, parseFunctionName } from '../model/names.ts'
import { type LambdaParts, onFunction } from '../parts.ts'

type Statement = PolicyStatement & { readonly Sid: string }

export const permissionActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  AddPermission: action<AddPermissionCommandInput, AddPermissionCommandOutput>({
    accepts: [
      'FunctionName',
      'Qualifier',
      'StatementId',
      'Action',
      'Principal',
      'SourceArn',
      'SourceAccount',
      'PrincipalOrgID',
      'EventSourceToken',
      'RevisionId',
    ],
    access: onFunction(parts, 'AddPermission'),
    run: (input) => {
      const { name, qualifier } = named(parts, input)
      if (qualifier === '$LATEST') throw invalid('We currently do not support adding policies for $LATEST.')
      const { functions } = parts
      const fn = functions.get(name)
      const arn = functions.arnOf(name, qualifier)
      checkQualifier(functions, fn, qualifier)
      const revised = revisedBy(fn, qualifier)
      checkRevision(revised, input.RevisionId)
      const statement = statementOf(input, arn)
      checkPrincipal(parts, statement)
      const policy = fn.policies.get(qualifier ?? '') ?? new Map<string, Statement>()
      if (policy.has(statement.Sid))
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          { fields: { Type: 'User' } },
        )
      fn.policies.set(qualifier ?? '', policy.set(statement.Sid, statement))
      functions.revise(revised)
      return { Statement: JSON.stringify(statement) }
    },
  }),

  RemovePermission: action<RemovePermissionCommandInput, object>({
    accepts: ['FunctionName', 'Qualifier', 'StatementId', 'RevisionId'],
    access: onFunction(parts, 'RemovePermission'),
    run: (input) => {
      const { name, qualifier } = named(parts, input)
      const fn = parts.functions.find(name)
      if (!fn) throw missing(`No policy found for: ${parts.functions.arnOf(name)}`)
      checkQualifier(parts.functions, fn, qualifier)
      const policy = fn.policies.get(qualifier ?? '')
      if (!policy?.size) throw missing('No policy is associated with the given resource.')
      const { StatementId = '', RevisionId } = input
      if (!policy.has(StatementId)) throw missing(`Statement ${StatementId} is not found in resource policy.`)
      const revised = revisedBy(fn, qualifier)
      checkRevision(revised, RevisionId)
      policy.delete(StatementId)
      parts.functions.revise(revised)
      return {}
    },
  }),

  GetPolicy: action<GetPolicyCommandInput, GetPolicyCommandOutput>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'GetPolicy'),
    run: (input) => {
      const { name, qualifier } = named(parts, input)
      const fn = parts.functions.get(name)
      const policy = policyOf(parts.functions, parts.functions.arnOf(name, qualifier))
      if (!policy) throw missing('The resource you requested does not exist.')
      return { Policy: JSON.stringify(policy), RevisionId: revisedBy(fn, qualifier).revisionId }
    },
  }),
})

const missing = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, { fields: { Type: 'User' } })

const qualifierPattern = '(|[a-zA-Z0-9$_-]+)'

/** Wordings of this and of what is missing recorded by LocalStack's validated tests, November 2023. */
function named(
  { functions }: LambdaParts,
  input: { readonly FunctionName?: string | undefined; readonly Qualifier?: string | undefined },
): FunctionName {
  if (input.Qualifier !== undefined && !new RegExp(`^${qualifierPattern}$`).test(input.Qualifier))
    throw violation('qualifier', input.Qualifier, `satisfy regular expression pattern: ${qualifierPattern}`)
  return functions.named(input.FunctionName, input.Qualifier)
}

/** What could be the name of an alias is missed as one. */
function checkQualifier(functions: Functions, fn: LambdaFunction, qualifier: string | undefined): void {
  if (qualifier === undefined || qualifier === '$LATEST' || fn.versions.has(qualifier) || fn.aliases.has(qualifier))
    return
  const arn = functions.arnOf(fn.name, qualifier)
  throw /^(?!\d+$)[\w-]+$/.test(qualifier) ? missing(`Cannot find alias arn: ${arn}`) : notFound(arn)
}

/** The resource policy of a function, or of the version or alias that the ARN names; `undefined` where nothing is allowed. */
export function policyOf(functions: Functions, arn: string): PolicyDocument | undefined {
  const { name, qualifier } = parseFunctionName(arn)
  const statements = [
    ...(functions
      .find(name)
      ?.policies.get(qualifier ?? '')
      ?.values() ?? []),
  ]
  return statements.length === 0 ? undefined : { Version: '2012-10-17', Id: 'default', Statement: statements }
}

function statementOf(input: AddPermissionCommandInput, arn: string): Statement {
  const { StatementId = '', Action = '', Principal = '' } = input
  const equals: Record<string, string> = {
    ...(input.SourceAccount === undefined ? {} : { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.PrincipalOrgID === undefined ? {} : { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
    ...(input.EventSourceToken === undefined ? {} : { 'lambda:EventSourceToken': input.EventSourceToken }),
  }
  const condition = {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(input.SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  }
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: principalOf(Principal),
    Action,
    Resource: arn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  }
}

/** A role of this account must be there; of another account nobody knows here. */
function checkPrincipal({ context }: LambdaParts, statement: Statement): void {
  const { Principal } = statement
  const named = typeof Principal === 'object' ? Principal.AWS : undefined
  if (typeof named !== 'string' || named.split(':')[4] !== context.account) return
  if (context.service<Iam>('iam').unknownPrincipal({ Statement: statement }) !== undefined) throw noPrincipal()
}

const noPrincipal = () => invalid('The provided principal was invalid. Please check the principal and try again.')

/** A service, an account or an ARN, or everybody. */
function principalOf(principal: string): NonNullable<PolicyStatement['Principal']> {
  if (principal === '*') return '*'
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` }
  if (principal.startsWith('arn:')) return { AWS: principal }
  if (/^[\w.-]+\.amazonaws\.com$/.test(principal)) return { Service: principal }
  throw noPrincipal()
}
