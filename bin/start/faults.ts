import { type FaultAction, type FaultPlan, faultPoints } from '../../local/kernel/faults.ts'
import type { Journal } from '../../local/kernel/journal.ts'

export const FAULT_LEVELS = ['light', 'heavy'] as const
export type FaultLevel = (typeof FAULT_LEVELS)[number]

/** Share of the decisions that go wrong. */
const RATES: Readonly<Record<FaultLevel, number>> = { light: 0.01, heavy: 0.05 }

/** With five attempts a message may lose three and is handled all the same. */
const MOST_STRIKES = 3

/** What costs the messages at hand an attempt; a throttled call or a lost answer is tried again within it. */
const STRIKES: readonly FaultAction[] = ['crash', 'crash-before', 'crash-after', 'duplicate', 'reappear']

/**
 * Whatever AWS may do wrong, at one decision in a hundred or in twenty; heavy also serves standard queues in no order. A message
 * that met a crash at each of its attempts would be dead-lettered, rightly, and the figures would differ: each is spared before.
 */
export function faultPlan(level: FaultLevel, journal: Journal): FaultPlan {
  const rate = RATES[level]
  const spared = sparing(journal)
  return (point, context, draw) => {
    if (point === 'sqs.order') return level === 'heavy' ? 'shuffle' : 'none'
    if (draw >= rate) return 'none'
    const actions = faultPoints[point]
    const action = actions[Math.floor((draw / rate) * actions.length)] ?? actions[0]
    return STRIKES.includes(action) && spared(context) ? 'none' : action
  }
}

type Context = Readonly<Record<string, unknown>>

/** Tells whether a message at hand has no attempt left to lose; counts the strike where all have. */
function sparing(journal: Journal): (context: Context) => boolean {
  const strikes = new Map<string, number>()
  return ({ messageId, cause }) => {
    const messages =
      typeof messageId === 'string' ? [messageId] : typeof cause === 'number' ? messagesOf(journal, cause) : []
    if (messages.some((id) => (strikes.get(id) ?? 0) >= MOST_STRIKES)) return true
    for (const id of messages) strikes.set(id, (strikes.get(id) ?? 0) + 1)
    return false
  }
}

/** The queue's messages for whose sake something is done, however many functions call each other in between. */
function messagesOf(journal: Journal, cause: number): readonly string[] {
  for (let entry = journal.at(cause); entry; entry = entry.cause === undefined ? undefined : journal.at(entry.cause)) {
    const { origin, messages } = entry.kind === 'invoke' ? (entry.detail ?? {}) : {}
    if (origin === 'sqs') return messages as readonly string[]
    // A stream is retried without end.
    if (origin === 'stream') return []
  }
  return []
}

/** How often each fault has struck, and strikes from now on, for the journal forgets: `sqs.duplicate duplicate` -> 12. */
export function faultCounts(journal: Journal): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  journal.follow(({ kind, detail }) => {
    if (kind !== 'fault') return
    const name = `${detail?.point} ${detail?.action}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  })
  return counts
}
