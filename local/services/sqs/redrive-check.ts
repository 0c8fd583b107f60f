import type { AttributeValues } from './attributes.ts'
import type { Queues } from './model/queues.ts'
import { checkRedriveTarget, parseRedrivePolicy } from './redrive-policies.ts'

/** Checks the redrive policy among a queue's new attributes against the queue that it names. @throws AwsError */
export function checkRedrive(
  queues: Queues,
  source: { arn: string; fifo: boolean },
  attributes: AttributeValues,
): void {
  const text = attributes.RedrivePolicy
  if (text === undefined) return
  const redrive = parseRedrivePolicy(text)
  const target = queues.byArn(redrive.deadLetterTargetArn)
  checkRedriveTarget(
    text,
    redrive,
    source,
    target && { fifo: target.fifo, allowPolicy: target.attributes.RedriveAllowPolicy },
  )
}
