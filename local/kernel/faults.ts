import type { Journal } from './journal.ts'
import type { Randomness } from './randomness.ts'

/**
 * The catalogue of fault points: where AWS may behave badly, and how. A point's actions are the only ones AWS
 * permits there, so the injector can't reorder a FIFO group or lose an acknowledged message. `none` is always allowed.
 */
export const faultPoints = {
  /** Order in which a standard queue serves its visible messages. */
  'sqs.order': ['fifo', 'shuffle'],
  /** A receive that does not wait asks only some of a standard queue's servers, and they hold none of its few messages. */
  'sqs.short-poll': ['empty'],
  /** A standard queue hands out a message that it has handed out already. */
  'sqs.duplicate': ['duplicate'],
  /** An acknowledged delete of a standard queue's message does not take on every copy. */
  'sqs.delete': ['reappear'],
  /** SNS delivers a standard topic's message to one subscription twice. */
  'sns.duplicate': ['duplicate'],
  /** EventBridge delivers an event to one target twice. */
  'events.duplicate': ['duplicate'],
  /** A call of a Lambda to a service: refused before it, or its answer lost after it took effect. */
  'api.call': ['throttle', 'fail', 'lose-response', 'crash-before', 'crash-after'],
  /** An invocation ends without an answer although the handler returned. */
  'lambda.result': ['crash'],
  /** A transaction meets another on one of its items. */
  'dynamodb.transaction': ['conflict'],
  /** A batch of a stream's records is handed over again. */
  'stream.batch': ['repeat'],
  /** A state machine's task: the call never arrives, or it takes effect and its answer is lost. */
  'states.task': ['refuse', 'lose-result'],
} as const satisfies Record<string, readonly string[]>

export type FaultPoint = keyof typeof faultPoints
export type FaultAction<P extends FaultPoint = FaultPoint> = (typeof faultPoints)[P][number] | 'none'

/** Decides what happens at a point; `draw` is a number in [0, 1) from the run's seed. */
export type FaultPlan = (point: FaultPoint, context: Readonly<Record<string, unknown>>, draw: number) => FaultAction

/** Asked by the services at each fault point. Without a plan every decision is `none`. */
export class Faults {
  readonly #random: Randomness
  readonly #journal: Journal
  #plan: FaultPlan | undefined

  constructor(random: Randomness, journal: Journal, plan?: FaultPlan) {
    this.#random = random
    this.#journal = journal
    this.#plan = plan
  }

  /** Replaces the plan; `undefined` heals the system. */
  use(plan: FaultPlan | undefined): void {
    this.#plan = plan
  }

  /** @param context what a plan may go by; `cause` is the journal entry whose doing is at stake */
  decide<P extends FaultPoint>(
    point: P,
    subject: string,
    context: Readonly<Record<string, unknown>> & { readonly cause?: number | undefined } = {},
  ): FaultAction<P> {
    if (!this.#plan) return 'none'
    const action = this.#plan(point, { subject, ...context }, this.#random.fraction(`fault ${point} ${subject}`))
    if (action === 'none') return 'none'
    if (!(faultPoints[point] as readonly string[]).includes(action))
      throw new Error(
        `The fault plan answered ${action} at ${point}, where AWS permits only ${faultPoints[point].join(', ')}`,
      )
    const { cause, ...detail } = context
    this.#journal.record('fault', subject, cause as number | undefined, { point, action, ...detail })
    return action as FaultAction<P>
  }
}
