import type { Kernel } from '../../../kernel/kernel.ts'

/** A standard queue serves roughly in order: a message may be overtaken by the next few. A fault plan may ask for worse. */
const OVERTAKEN_BY = 8
const SHUFFLED_WITHIN = 1_000

/** Draws the rank by which a standard queue serves the message of this place; see docs/decisions/0020. */
export function drawRank({ faults, random }: Kernel, queueArn: string, place: number): number {
  const order = faults.decide('sqs.order', queueArn)
  if (order === 'fifo') return place
  return place + random.fraction(`sqs order ${queueArn}`) * (order === 'shuffle' ? SHUFFLED_WITHIN : OVERTAKEN_BY)
}
