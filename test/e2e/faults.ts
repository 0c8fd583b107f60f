import { type FaultPlan, faultPoints } from '../../local/kernel/faults.ts'

/**
 * Kills one transaction in ten in the middle of its handler, half of them after they took effect, and one invocation in ten after
 * its handler returned.
 */
export function crashing(): FaultPlan {
  return sparing((point, { subject }, draw) => {
    if (draw >= 0.1) return 'none'
    if (point === 'lambda.result') return 'crash'
    if (point !== 'api.call' || subject !== 'dynamodb:TransactWriteItems') return 'none'
    return draw < 0.05 ? 'crash-before' : 'crash-after'
  })
}

/** Strikes that cost a message an attempt; with five attempts a message may meet three and is handled all the same. */
const MOST_STRIKES = 3

/**
 * Strikes no function more often than its messages have attempts to spare: a message that met a crash at each of them would be
 * dead-lettered, rightly, and the figures would differ.
 */
function sparing(plan: FaultPlan): FaultPlan {
  const strikes = new Map<string, number>()
  return (point, context, draw) => {
    const action = plan(point, context, draw)
    if (action === 'none' || (point !== 'api.call' && point !== 'lambda.result')) return action
    const name = functionOf(context)
    const count = (strikes.get(name) ?? 0) + 1
    if (count > MOST_STRIKES) return 'none'
    strikes.set(name, count)
    return action
  }
}

/** A sandbox is named after its function, with a suffix of its own. */
const functionOf = ({ sandbox, subject }: Readonly<Record<string, unknown>>): string =>
  typeof sandbox === 'string'
    ? sandbox.slice(0, sandbox.lastIndexOf('-'))
    : (String(subject).split(':')[6] ?? String(subject))

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
  return sparing((point, _context, draw) => {
    const [first, second] = faultPoints[point]
    if (point === 'sqs.order') return second ?? first
    if (draw >= 0.05) return 'none'
    return faultPoints[point][Math.floor((draw / 0.05) * faultPoints[point].length)] ?? first
  })
}
