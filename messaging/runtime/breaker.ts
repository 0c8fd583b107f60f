import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { BreakerDeclaration } from '../breaker.ts'
import { isFailure } from '../failure.ts'
import { type BreakerState, breakerRecord } from './breaker-record.ts'
import { type GateTools, type Pass, Waiting } from './gate.ts'
import { errorFields } from './logging.ts'
import { fullJitter } from './ports.ts'

/** A closed breaker is looked at once a second: until then a worker finds out by its own failures. */
const LOOK_EVERY_MS = 1_000

export interface Breaker {
  /** @throws Waiting while it is open and another worker probes, or nobody yet may */
  admit(): Promise<Pass>
}

/** @param settings `lease`: milliseconds after which a probe that told nothing has died */
export function openBreaker(settings: BreakerDeclaration & { id: string; lease: number }, tools: GateTools): Breaker {
  const { ports, measures } = tools
  const name = settings.name ?? settings.id
  const { probeEvery, lease } = settings
  const record = breakerRecord(name, tools)
  let known: { readonly state: Promise<BreakerState>; readonly until: number } | undefined
  let successes = 0

  const look = (): Promise<BreakerState> => {
    if (known && known.until > ports.now()) return known.state
    const state = record.read()
    known = { state, until: ports.now() + LOOK_EVERY_MS }
    state.catch(() => {
      known = undefined
    })
    return state
  }
  const forget = () => {
    known = undefined
  }
  /** Spread over half a period: not everything comes back at once, and something in time for the next probe. */
  const waiting = (until: number, cause?: unknown) =>
    new Waiting(
      `breaker '${name}' is open: what the handler calls is down`,
      Math.max(0, until - ports.now()) + fullJitter(ports, 1, probeEvery / 2, probeEvery / 2),
      { cause },
    )

  /** Each failed probe past the time asks, until consumption is paused: an answer or a message that gets lost delays it only. */
  const askToPause = async (state: BreakerState): Promise<void> => {
    const { pauseAfter } = settings
    const { breakerQueueUrl: QueueUrl, sqs, logger } = tools
    if (pauseAfter === undefined || QueueUrl === undefined) return
    if (state.kind === 'closed' || state.pausedAt !== undefined || ports.now() - state.openedAt < pauseAfter) return
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ breaker: name }) }))
    } catch (error) {
      // Its messages go on being put back: that costs receives and loses nothing.
      logger.warn('could not ask to pause consumption', { breaker: name, ...errorFields(error) })
    }
  }

  /** Tells whether the failure has opened the breaker, or came while it was open. */
  const failed = async (): Promise<number | undefined> => {
    const told = successes
    successes = 0
    const state = await record.addFailure(told, ports.now(), settings)
    if (state.kind === 'closed') return undefined
    forget()
    if (state.opened) measures.count('BreakerOpened')
    return state.until
  }

  const closed: Pass = async (attempt) => {
    try {
      const result = await attempt()
      successes += 1
      return result
    } catch (error) {
      const until = isOutside(error) ? await failed() : undefined
      throw until === undefined ? error : waiting(until, error)
    }
  }

  const probe =
    (owner: string): Pass =>
    async (attempt) => {
      measures.count('Probed')
      try {
        const result = await attempt()
        await record.close(owner, ports.now())
        measures.count('BreakerClosed')
        return result
      } catch (error) {
        if (!isOutside(error)) {
          // It got through to the outside, or never had to: nothing is known to be down.
          await record.close(owner, ports.now())
          throw error
        }
        const until = ports.now() + probeEvery
        await askToPause(await record.reopen(owner, until))
        throw waiting(until, error)
      } finally {
        forget()
      }
    }

  return {
    async admit() {
      const state = await look()
      if (state.kind === 'closed') return closed
      if (state.until > ports.now()) throw waiting(state.until)
      const owner = ports.uuid()
      if (await record.takeProbe(owner, ports.now(), ports.now() + lease)) return probe(owner)
      forget()
      throw waiting(ports.now())
    },
  }
}

/** A verdict on the message, and a collision of units, say nothing of what the handler calls. */
function isOutside(error: unknown): boolean {
  if (!isFailure(error)) return !(error instanceof Error && error.name === 'Expired')
  return error.kind === 'retry' && error.code !== 'Contention'
}
