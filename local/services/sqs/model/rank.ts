import type { Faults } from '../../../kernel/faults.ts'

/** A standard queue serves roughly in order: a message may be overtaken by the next few. A fault plan may ask for worse. */
const OVERTAKEN_BY = 8
const SHUFFLED_WITHIN = 1_000

/**
 * The rank by which a standard queue serves a message that arrives at this place; see docs/decisions/0020. The draw is
 * in the message's id, whose first digits come from the run's seed already.
 */
export function rankOf(messageId: string, place: number, faults: Faults, queueArn: string): number {
  const order = faults.decide('sqs.order', queueArn)
  if (order === 'fifo') return place
  const draw = Number.parseInt(messageId.slice(0, 8), 16) / 0x100000000
  return place + draw * (order === 'shuffle' ? SHUFFLED_WITHIN : OVERTAKEN_BY)
}
