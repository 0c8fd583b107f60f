import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  RemovePermissionCommandInput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type PolicyDocument, type PolicyStatement } from '../../../service.ts'
import { required, violation } from '../model/constraints.ts'
import { type Functions, invalid } from '../model/functions.ts'
import { parseFunctionName } from '../model/names.ts'
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
    ],
    access: onFunction(parts, 'AddPermission'),
    run: (input) => {
      if (parts.functions.named(input.FunctionName, input.Qualifier).qualifier === '$LATEST')
        throw invalid('We currently do not support adding policies for $LATEST.')
      const { fn, qualifier, arn } = parts.functions.resolve(input.FunctionName, input.Qualifier)
      const statement = statementOf(input, arn)
      const policy = fn.policies.get(qualifier ?? '') ?? new Map<string, Statement>()
      if (policy.has(statement.Sid))
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          { fields: { Type: 'User' } },
        )
      fn.policies.set(qualifier ?? '', policy.set(statement.Sid, statement))
      return { Statement: JSON.stringify(statement) }
    },
  }),

  RemovePermission: action<RemovePermissionCommandInput, object>({
    accepts: ['FunctionName', 'Qualifier', 'StatementId'],
    access: onFunction(parts, 'RemovePermission'),
    run: (input) => {
      const { name, qualifier } = parts.functions.named(input.FunctionName, input.Qualifier)
      const policy = parts.functions.get(name).policies.get(qualifier ?? '')
      if (!policy?.size) throw missing(`No policy is found for: ${parts.functions.arnOf(name, qualifier)}`)
      if (!policy.delete(input.StatementId ?? ''))
        throw missing(`Statement ${input.StatementId} is not found in resource policy.`)
      return {}
    },
  }),

  GetPolicy: action<GetPolicyCommandInput, GetPolicyCommandOutput>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'GetPolicy'),
    run: (input) => {
      const { fn, arn } = parts.functions.resolve(input.FunctionName, input.Qualifier)
      const policy = policyOf(parts.functions, arn)
      if (!policy) throw missing('The resource you requested does not exist.')
      return { Policy: JSON.stringify(policy), RevisionId: fn.latest.revisionId }
    },
  }),
})

const missing = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, { fields: { Type: 'User' } })

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
  for (const member of ['StatementId', 'Action', 'Principal'] as const)
    required(`${member.charAt(0).toLowerCase()}${member.slice(1)}`, input[member])
  const { StatementId = '', Action = '', Principal = '' } = input
  if (!/^[\w-]{1,100}$/.test(StatementId))
    throw violation('statementId', StatementId, 'satisfy regular expression pattern: ([a-zA-Z0-9-_]+)')
  if (!/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/.test(Action))
    throw violation('action', Action, 'satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])')
  const equals: Record<string, string> = {
    ...(input.SourceAccount === undefined ? {} : { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.PrincipalOrgID === undefined ? {} : { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
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

/** A service, an account or an ARN, or everybody. */
function principalOf(principal: string): NonNullable<PolicyStatement['Principal']> {
  if (principal === '*') return '*'
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` }
  if (principal.startsWith('arn:')) return { AWS: principal }
  if (/^[\w.-]+\.amazonaws\.com$/.test(principal)) return { Service: principal }
  throw new AwsError(
    'InvalidParameterValueException',
    'The provided principal was invalid. Please check the principal and try again.',
    {
      fields: { Type: 'User' },
    },
  )
}
