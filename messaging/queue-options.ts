import type { AnyCommand, AnyEvent } from './contract.ts'
import type { CommonOptions, DeliveryOptions } from './declaration.ts'
import type { Effects } from './effect.ts'
import type { SagaUse } from './saga/use.ts'
import type { KeyedByOne, NotReserved, Stores } from './unit.ts'

/** What a consumer and a worker may both declare. */
export interface QueueOptions<
  S extends Stores,
  P extends readonly AnyEvent[],
  C extends readonly AnyCommand[],
  E extends Effects,
  G extends SagaUse,
> extends CommonOptions<S & NotReserved> {
  /** Events that the handler may publish. @default none */
  readonly publishes?: P
  /** Commands that the handler may send. @default none */
  readonly sends?: C
  /** What the handler does to the outside, through `unit.effect`. @default none */
  readonly effects?: E
  /** Sagas that the handler starts, callbacks that it answers. @default none */
  readonly sagas?: G
  /**
   * Every message of this consumer concerns the one item of this store that has the message's key (`partitionkey`): its mark is kept
   * in that item. A unit that writes that item, or only publishes, is then one write of one item. Cheapest where items stay below
   * 1 KB. May not be changed while messages are under way.
   * @default marks are items of their own
   */
  readonly marksIn?: KeyedByOne<NoInfer<S>>
  readonly delivery?: DeliveryOptions
}
