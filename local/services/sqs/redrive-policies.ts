import { invalidValue } from './errors.ts'
import type { Redrive } from './model/settings.ts'

/** A queue that a redrive policy may name; what the checks need to know of it. */
export interface RedriveTarget {
  readonly fifo: boolean
  readonly allowPolicy: string | undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const QUEUE_ARN = /^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/
const SUPPORTED = ['deadLetterTargetArn', 'maxReceiveCount']

/** @throws InvalidParameterValue with the whole policy and AWS's reason */
export function parseRedrivePolicy(text: string): Redrive {
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason)
  const policy = parseObject(text)
  if (!policy) throw refuse('Redrive policy is not a valid JSON map.')
  if (Object.keys(policy).some((key) => !SUPPORTED.includes(key)))
    throw refuse(`Only following attributes are supported: [${SUPPORTED.join(', ')}].`)
  for (const name of [...SUPPORTED].reverse())
    if (policy[name] === undefined) throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`)
  const { deadLetterTargetArn, maxReceiveCount } = policy
  const count = Number(maxReceiveCount)
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw refuse(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    )
  if (typeof deadLetterTargetArn === 'string' && /^arn:[^:]+:(?!sqs:)[^:]+:/.test(deadLetterTargetArn))
    throw refuse('Only SQS queues are valid resources for deadLetterTargetArn.')
  if (typeof deadLetterTargetArn !== 'string' || !QUEUE_ARN.test(deadLetterTargetArn))
    throw refuse('Invalid value for deadLetterTargetArn.')
  return { deadLetterTargetArn, maxReceiveCount: count }
}

const placeOf = (arn: string): readonly string[] => arn.split(':').slice(3, 5)

/** @throws InvalidParameterValue where the target does not exist, is of the other type or does not want this source */
export function checkRedriveTarget(
  text: string,
  redrive: Redrive,
  source: { arn: string; fifo: boolean },
  target: RedriveTarget | undefined,
): void {
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason)
  const [region, account] = placeOf(redrive.deadLetterTargetArn)
  const [ownRegion, ownAccount] = placeOf(source.arn)
  if (region !== ownRegion) throw refuse('Dead-letter target must be in same region as the source.')
  if (account !== ownAccount) throw refuse('Dead-letter target owner should be same as the source.')
  if (!target) throw refuse('Dead letter target does not exist.')
  if (target.fifo !== source.fifo) throw refuse('Dead-letter queue must be same type of queue as the source.')
  if (!redrivePermits(target.allowPolicy, source.arn))
    throw refuse(`The redrive allow policy of ${redrive.deadLetterTargetArn} does not permit ${source.arn}.`)
}

interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue'
  readonly sourceQueueArns: readonly string[]
}

/** @throws InvalidParameterValue with the whole policy */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const refuse = (reason: string) => invalidValue(text, 'RedriveAllowPolicy', reason)
  const cannot = "Amazon SQS can't create the redrive allow policy"
  const unsupported = `${cannot}, as it’s in an unsupported format.`
  const policy = parseObject(text)
  if (!policy) throw refuse(unsupported)
  const { redrivePermission, sourceQueueArns = [], ...rest } = policy
  if (Object.keys(rest).length > 0) throw refuse(unsupported)
  if (redrivePermission !== 'allowAll' && redrivePermission !== 'denyAll' && redrivePermission !== 'byQueue')
    throw refuse(unsupported)
  if (
    !Array.isArray(sourceQueueArns) ||
    !sourceQueueArns.every((arn) => typeof arn === 'string' && QUEUE_ARN.test(arn))
  )
    throw refuse(unsupported)
  if (redrivePermission === 'byQueue' && (sourceQueueArns.length < 1 || sourceQueueArns.length > 10))
    throw refuse(
      `${cannot}. When you specify the byQueue permission type, you must also specify between 1 and 10 source queue ARNs.`,
    )
  if (redrivePermission !== 'byQueue' && sourceQueueArns.length > 0)
    throw refuse(`${cannot}. You can specify source queue ARNs only when the permission type is byQueue.`)
  return { redrivePermission, sourceQueueArns: sourceQueueArns as string[] }
}

export function redrivePermits(allowPolicy: string | undefined, sourceArn: string): boolean {
  if (allowPolicy === undefined) return true
  const { redrivePermission, sourceQueueArns } = parseRedriveAllowPolicy(allowPolicy)
  return redrivePermission === 'allowAll' || (redrivePermission === 'byQueue' && sourceQueueArns.includes(sourceArn))
}
