import type { AnySaga, Saga } from './saga.ts'
import type { AnyStep, StepAnswer } from './step-contract.ts'

/** What a consumer or worker has to do with sagas. */
export interface SagaUse {
  /** Sagas that it may start. @default none */
  readonly starts?: readonly AnySaga[]
  /** Steps of its service that wait for a callback, which it may answer. @default none */
  readonly answers?: readonly AnyStep[]
}

/** JSON that a saga takes. */
export type SagaInput<S extends AnySaga> = S extends Saga<string, infer Wire, infer _> ? Wire : never

// biome-ignore lint/complexity/noBannedTypes: the unit without an ability is an object without that member, which is `{}`
type Nothing = {}

/** What became of an answer. */
export type Answered =
  /** The saga goes on with it. */
  | 'answered'
  /** It had been answered before; nothing changes. */
  | 'repeated'
  /** It answers a question that has been asked again since; nothing changes. */
  | 'superseded'
  /** The saga had turned back and undone the step: it is undone again, now with this answer. */
  | 'orphan'

export interface Refusal {
  readonly code: string
  readonly message: string
}

/** What the unit of a handler that has to do with sagas has. */
export type SagaUnit<G extends SagaUse> = (G['starts'] extends readonly (infer S extends AnySaga)[]
  ? {
      /** Leaves with the commit. A saga that was started under the same id before is not started again. */
      startSaga<X extends S>(saga: X, input: NoInfer<SagaInput<X>>): void
    }
  : Nothing) &
  (G['answers'] extends readonly (infer C extends AnyStep)[]
    ? {
        /**
         * Answers a callback; the saga hears of it after the commit. @param callback `context.callback` of the step's `act`
         * @throws Retry where nothing has been asked under it (yet)
         */
        answer<X extends C>(step: X, callback: string, answer: NoInfer<StepAnswer<X>>): Promise<Answered>
        /** Answers that it was refused, and nothing happened: the saga turns back. */
        decline<X extends C>(step: X, callback: string, refusal: Refusal): Promise<Answered>
        /** A sign of life, for callbacks with `heartbeat`. */
        heartbeat<X extends C>(step: X, callback: string): Promise<void>
      }
    : Nothing)
