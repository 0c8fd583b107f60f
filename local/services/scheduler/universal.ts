import { NotSimulated } from '../../errors.ts'
import { entryOf, loadModel } from '../../gateway/model.ts'
import type { Shape } from '../../gateway/shape.ts'
import type { Caller, CloudContext, ServiceName } from '../../service.ts'
import { PermanentFailure } from '../events/delivery/failure.ts'
import { MAX_NESTING, nestingOf } from '../events/pattern/index.ts'
import { validation } from './errors.ts'

const PREFIX = 'arn:aws:scheduler:::aws-sdk:'

/** What the SDKs call the services, where it is not our name. */
const services: Readonly<Record<string, ServiceName>> = {
  ...{ sqs: 'sqs', sns: 'sns', eventbridge: 'events', scheduler: 'scheduler', dynamodb: 'dynamodb', lambda: 'lambda' },
  ...{ iam: 'iam', cloudwatch: 'monitoring', cloudwatchlogs: 'logs', ssm: 'ssm', kms: 'kms', sfn: 'states' },
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html */
const READ_ONLY =
  /^(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|testConnection|translateDocument|isAuthorized|invokeModel)/

/** A target that is any action of a service, with the input as its parameters. */
export interface UniversalTarget {
  readonly service: ServiceName
  readonly action: string
}

export const isUniversal = (arn: string): boolean => arn.startsWith(PREFIX)

/** @throws AwsError ValidationException; NotSimulated for what the local cloud has not */
export function universalTarget(context: CloudContext, arn: string): UniversalTarget | undefined {
  if (!isUniversal(arn)) return undefined
  const [name = '', apiAction = ''] = arn.slice(PREFIX.length).split(':')
  if (!name || !apiAction) throw validation(`Provided Arn is not in correct format. ${arn}`)
  if (READ_ONLY.test(apiAction)) throw validation(`${apiAction} API is not supported.`)
  const service = services[name]
  const action = apiAction.charAt(0).toUpperCase() + apiAction.slice(1)
  if (!service || !isSimulated(context, service, action))
    throw new NotSimulated(`schedules that call ${name}:${apiAction} (${arn})`, 'Call an action that it has.')
  return { service, action }
}

function isSimulated(context: CloudContext, service: ServiceName, action: string): boolean {
  try {
    return action in context.service(service).actions
  } catch {
    return false
  }
}

/** Calls the action. @throws AwsError as it or IAM does; PermanentFailure for an input that is none */
export async function callUniversal(
  context: CloudContext,
  { service, action }: UniversalTarget,
  { caller, body, cause }: { caller: Caller; body: string; cause: number },
): Promise<void> {
  const entry = entryOf(service)
  const operation = entry && (await loadModel(entry)).operations.get(action)
  if (!operation) throw new PermanentFailure('INVALID_PARAMETER', `The service ${service} has no action ${action}`)
  const input = typed(operation.input, parsed(body)) as object
  await context.call({ caller, service, action, input, cause })
}

function parsed(body: string): unknown {
  try {
    if (nestingOf(body) > MAX_NESTING) throw new SyntaxError(`The input is nested more than ${MAX_NESTING} deep`)
    return JSON.parse(body || '{}')
  } catch (error) {
    throw new PermanentFailure('INVALID_JSON', (error as Error).message)
  }
}

/** A JSON value as the action takes it: bytes and times have no JSON of their own. */
function typed(shape: Shape, value: unknown): unknown {
  if (shape.kind === 'blob' && typeof value === 'string') return new TextEncoder().encode(value)
  if (shape.kind === 'timestamp') return new Date(typeof value === 'number' ? value * 1000 : String(value))
  if (typeof value !== 'object' || value === null) return value
  if (shape.kind === 'list') return Array.isArray(value) ? value.map((item) => typed(shape.member.target, item)) : value
  if (shape.kind === 'map') return mapped(value, (_, item) => typed(shape.value.target, item))
  if (shape.kind !== 'structure') return value
  return mapped(value, (name, item) => {
    const member = shape.members.get(name)
    if (!member) throw new PermanentFailure('INVALID_PARAMETER', `Unknown parameter ${name} of ${shape.name}`)
    return typed(member.target, item)
  })
}

const mapped = (value: object, each: (name: string, item: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([name, item]) => [name, each(name, item)]))
