import type {
  CreateFunctionCommandInput,
  DeleteFunctionCommandInput,
  FunctionConfiguration,
  GetFunctionCommandInput,
  GetFunctionCommandOutput,
  ListFunctionsCommandInput,
  ListFunctionsCommandOutput,
  UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action, type Caller } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import type { CodeInput } from '../model/code.ts'
import { describeVersion, type FunctionVersion, listedVersion } from '../model/configuration.ts'
import { oneOf, page, violation } from '../model/constraints.ts'
import { type Configured, configure } from '../model/draft.ts'
import { checkEmpty, emptySettings } from '../model/empty-settings.ts'
import { invalid, type LambdaFunction } from '../model/functions.ts'
import { checkTags } from '../model/tag-rules.ts'
import { uploaded } from '../model/uploaded.ts'
import { type LambdaParts, onAnything, onFunction } from '../parts.ts'
import { publish } from './versions.ts'

/** Settings that CreateFunction and UpdateFunctionConfiguration share. */
const settings = [
  'Role',
  'Runtime',
  'Handler',
  'Description',
  'Timeout',
  'MemorySize',
  'Environment',
  'DeadLetterConfig',
  'LoggingConfig',
  'EphemeralStorage',
  'TracingConfig',
  'SnapStart',
] as const

export const functionActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  CreateFunction: action<CreateFunctionCommandInput, FunctionConfiguration>({
    accepts: ['FunctionName', 'Code', 'Publish', 'PackageType', 'Architectures', 'Tags', ...settings, ...emptySettings],
    access: (input) => [...onFunction(parts, 'CreateFunction')(input), ...passRole(input.Role)],
    run: async (input, call) => {
      checkEmpty(input)
      return create(parts, input, await uploaded(parts, input.Code ?? {}, call))
    },
  }),

  GetFunction: action<GetFunctionCommandInput, GetFunctionCommandOutput>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'GetFunction'),
    run: (input) => {
      const { fn, version, qualifier } = parts.functions.resolve(input.FunctionName, input.Qualifier)
      return {
        Configuration: describeAs(version, qualifier),
        Code: { RepositoryType: 'S3', Location: `file://${version.code.folder}` },
        ...(fn.tags.size > 0 ? { Tags: Object.fromEntries(fn.tags) } : {}),
        ...(fn.reservedConcurrency === undefined
          ? {}
          : { Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency } }),
      }
    },
  }),

  GetFunctionConfiguration: action<GetFunctionCommandInput, FunctionConfiguration>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'GetFunctionConfiguration'),
    run: (input) => {
      const { version, qualifier } = parts.functions.resolve(input.FunctionName, input.Qualifier)
      return describeAs(version, qualifier)
    },
  }),

  ListFunctions: action<ListFunctionsCommandInput, ListFunctionsCommandOutput>({
    accepts: ['FunctionVersion', 'Marker', 'MaxItems'],
    access: onAnything('ListFunctions'),
    run: ({ FunctionVersion, Marker, MaxItems }) => {
      if (FunctionVersion !== undefined && FunctionVersion !== 'ALL')
        throw violation('functionVersion', FunctionVersion, 'satisfy enum value set: [ALL]')
      const all = parts.functions.all()
      const versions =
        FunctionVersion === 'ALL'
          ? all.flatMap((fn) => [fn.latest, ...fn.versions.values()])
          : all.map((fn) => fn.latest)
      const { items, next } = page(versions, Marker, MaxItems ?? 50)
      return {
        Functions: items.map((version) => listedVersion(version, FunctionVersion === 'ALL')),
        ...(next ? { NextMarker: next } : {}),
      }
    },
  }),

  UpdateFunctionConfiguration: action<UpdateFunctionConfigurationCommandInput, FunctionConfiguration>({
    accepts: ['FunctionName', 'RevisionId', ...settings, ...emptySettings],
    access: (input) => [...onFunction(parts, 'UpdateFunctionConfiguration')(input), ...passRole(input.Role)],
    run: (input) => {
      checkEmpty(input)
      const fn = parts.functions.asOf(input.FunctionName, input.RevisionId)
      const configured = configure(fn.name, input, fn.latest)
      checkRole(parts, configured)
      return answered(parts, fn, { ...describeVersion(replaceLatest(parts, fn, configured), false), ...updating })
    },
  }),

  UpdateFunctionCode: action<UpdateFunctionCodeCommandInput, FunctionConfiguration>({
    accepts: ['FunctionName', 'ZipFile', 'S3Bucket', 'S3Key', 'Publish', 'DryRun', 'RevisionId', 'Architectures'],
    access: onFunction(parts, 'UpdateFunctionCode'),
    run: async (input, call) => {
      const architecture = architectureOf(input.Architectures)
      const fn = parts.functions.asOf(input.FunctionName, input.RevisionId)
      const code = parts.code.resolve(await uploaded(parts, input, call))
      if (input.DryRun) return describeVersion(fn.latest, false)
      const latest = replaceLatest(parts, fn, {
        code,
        architecture: architecture ?? fn.latest.architecture,
      })
      return input.Publish
        ? describeVersion(publish(parts, fn, latest.description), true)
        : answered(parts, fn, { ...describeVersion(latest, false), ...updating })
    },
  }),

  DeleteFunction: action<DeleteFunctionCommandInput, { StatusCode: number }>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'DeleteFunction'),
    run: (input) => {
      const { name, qualifier } = parts.functions.named(input.FunctionName, input.Qualifier)
      if (qualifier !== undefined && !/^(\d+|\$LATEST)$/.test(qualifier))
        throw invalid('Deletion of aliases is not currently supported.')
      const fn = parts.functions.get(name)
      if (qualifier === undefined) remove(parts, fn)
      else removeVersion(parts, fn, qualifier)
      return { StatusCode: 204 }
    },
  }),
})

function create(parts: LambdaParts, input: CreateFunctionCommandInput, code: CodeInput): FunctionConfiguration {
  oneOf('packageType', input.PackageType, ['Image', 'Zip'])
  if (input.PackageType === 'Image') throw invalid('The local cloud runs packages of type Zip only.')
  checkTags(input.Tags)
  const architecture = architectureOf(input.Architectures)
  const { name } = parts.functions.named(input.FunctionName)
  const arn = parts.functions.arnOf(name)
  const configured = configure(name, input)
  if (parts.functions.find(name))
    throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, { fields: { Type: 'User' } })
  checkRole(parts, configured)
  const fn = parts.functions.add({
    ...configured,
    name,
    arn,
    version: '$LATEST',
    code: parts.code.resolve(code),
    architecture: architecture ?? 'x86_64',
    lastModified: parts.functions.now(),
    revisionId: parts.functions.revision(),
  })
  for (const [key, value] of Object.entries(input.Tags ?? {})) fn.tags.set(key, value)
  const made = input.Publish ? publish(parts, fn, configured.description) : fn.latest
  const { LastUpdateStatus, ...described } = describeVersion(made, false)
  return answered(parts, fn, { ...described, ...creating })
}

/** A version by its own number, or as the alias that it was asked for by. */
const describeAs = (version: FunctionVersion, qualifier: string | undefined): FunctionConfiguration => ({
  ...describeVersion(version, false),
  FunctionArn: qualifier === undefined ? version.arn : `${version.arn}:${qualifier}`,
})

/** What it was told to do is done after the answer, and that is another revision (recorded by LocalStack's validated tests). */
function answered(parts: LambdaParts, fn: LambdaFunction, answer: FunctionConfiguration): FunctionConfiguration {
  parts.functions.revise(fn.latest)
  return answer
}

/** Wordings recorded by LocalStack's validated tests, March 2024. */
function architectureOf(architectures: readonly string[] | undefined): FunctionVersion['architecture'] | undefined {
  if (architectures === undefined) return undefined
  const [architecture] = architectures
  const told = `[${architectures.join(', ')}]`
  if (architectures.length < 1) throw violation('architectures', told, 'have length greater than or equal to 1')
  if (architectures.length > 1) throw violation('architectures', told, 'have length less than or equal to 1')
  if (architecture === undefined || architecture === 'x86_64' || architecture === 'arm64') return architecture
  throw violation(
    'architectures',
    told,
    'satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]',
  )
}

/** As AWS answers (recorded by LocalStack's validated tests, March 2024); the next question finds the function active. */
const creating: FunctionConfiguration = {
  State: 'Pending',
  StateReason: 'The function is being created.',
  StateReasonCode: 'Creating',
}

const updating: FunctionConfiguration = {
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating' as NonNullable<FunctionConfiguration['LastUpdateStatusReasonCode']>,
}

const passRole = (role: string | undefined): readonly AccessCheck[] =>
  role === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'lambda.amazonaws.com' } }]

/** A role that Lambda may not assume, or that may not send dead letters, is refused here, as on AWS, and not when it is needed. */
function checkRole({ context }: LambdaParts, { role, deadLetterArn }: Configured): void {
  let caller: Caller
  try {
    caller = context.service<Iam>('iam').assume('lambda.amazonaws.com', role)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalid('The role defined for the function cannot be assumed by Lambda.')
  }
  if (deadLetterArn === undefined) return
  if (!/^arn:[^:]*:(sqs|sns):/.test(deadLetterArn) || deadLetterArn.endsWith('.fifo'))
    throw invalid(
      `The dead-letter target ${deadLetterArn} is invalid: give a standard SQS queue or a standard SNS topic.`,
    )
  const [action, words] = deadLetterArn.includes(':sqs:')
    ? ['sqs:SendMessage', 'SendMessage on SQS']
    : ['sns:Publish', 'Publish on SNS']
  try {
    context.authorize(caller, { action, resource: deadLetterArn })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalid(`The provided execution role does not have permissions to call ${words}`)
  }
}

/** Environments of the old configuration serve no further invocation. */
function replaceLatest(parts: LambdaParts, fn: LambdaFunction, changes: Partial<FunctionVersion>): FunctionVersion {
  parts.fleet.drop(fn.latest)
  fn.latest = { ...fn.latest, ...changes, lastModified: parts.functions.now(), revisionId: parts.functions.revision() }
  return fn.latest
}

function remove(parts: LambdaParts, fn: LambdaFunction): void {
  for (const version of [fn.latest, ...fn.versions.values()]) parts.fleet.drop(version)
  parts.functions.remove(fn.name)
}

function removeVersion(parts: LambdaParts, fn: LambdaFunction, qualifier: string): void {
  if (qualifier === '$LATEST') throw invalid('$LATEST version cannot be deleted without deleting the function.')
  const version = fn.versions.get(qualifier)
  if (!version) return
  const alias = [...fn.aliases.values()].find((candidate) => candidate.version === qualifier)
  if (alias)
    throw new AwsError(
      'ResourceConflictException',
      `Version(s) [${qualifier}] are currently referenced by aliases [${alias.name}].`,
      {
        fields: { Type: 'User' },
      },
    )
  parts.fleet.drop(version)
  fn.versions.delete(qualifier)
}
