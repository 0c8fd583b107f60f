import type { DeadLetterConfig } from '@aws-sdk/client-eventbridge'
import { invalid } from './constraints.ts'

/**
 * Dead letters of a target or a bus go to a standard queue (measured of PutTargets and CreateEventBus, September 2026).
 * @throws AwsError ValidationException
 */
export function checkDeadLetters(config: DeadLetterConfig | undefined): void {
  const arn = config?.Arn
  if (arn === undefined) return
  const service = arn.split(':')[2] ?? ''
  if (service !== 'sqs') throw invalid(`${service} is not supported as a dead letter resource.`)
  if (arn.endsWith('.fifo')) throw invalid('SQS FIFO is not supported by Dead Letter Queues.')
}
