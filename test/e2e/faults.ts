import { type FaultPlan, faultPoints } from '../../local/kernel/faults.ts'

/**
 * Kills one transaction in ten in the middle of its handler, half of them after they took effect, and one invocation in ten after
 * its handler returned.
 */
export function crashing(): FaultPlan {
  return (point, { subject }, draw) => {
    if (draw >= 0.1) return 'none'
    if (point === 'lambda.result') return 'crash'
    if (point !== 'api.call' || subject !== 'dynamodb:TransactWriteItems') return 'none'
    return draw < 0.05 ? 'crash-before' : 'crash-after'
  }
}

/** Doubles whatever AWS may double: each message of a standard queue, each delivery of a topic or a rule, and stream batches. */
export function duplicating(): FaultPlan {
  const doubled = new Set<unknown>()
  let batches = 0
  return (point, { messageId }) => {
    if (point === 'sns.duplicate' || point === 'events.duplicate') return 'duplicate'
    if (point === 'stream.batch') {
      batches += 1
      return batches % 2 === 1 ? 'repeat' : 'none'
    }
    if (point !== 'sqs.duplicate' || doubled.has(messageId)) return 'none'
    doubled.add(messageId)
    return 'duplicate'
  }
}

/** Everything at once: at one decision in twenty, any of the faults that AWS permits there; standard queues in no order. */
export function badDay(): FaultPlan {
  return (point, _context, draw) => {
    const [first, second] = faultPoints[point]
    if (point === 'sqs.order') return second ?? first
    if (draw >= 0.05) return 'none'
    return faultPoints[point][Math.floor((draw / 0.05) * faultPoints[point].length)] ?? first
  }
}
