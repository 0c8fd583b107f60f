import { stepKey, VERSION } from '../table-layout.ts'
import type { Item, Table } from './table.ts'

/** Which step of which saga. */
export interface StepPlace {
  readonly saga: string
  readonly sagaId: string
  /** Its name in the saga. */
  readonly step: string
}

/**
 * What is known of a step's run.
 * `begun`: something outside may have happened. `waiting`: a callback was asked for. `done`: committed, or answered.
 * `declined`: answered with a refusal. `compensated`: undone, or never to happen (a tombstone). `orphan`: answered after that.
 */
export type StepState = 'begun' | 'waiting' | 'done' | 'declined' | 'compensated' | 'orphan'

export interface StepRecord {
  readonly state: StepState
  readonly version: number
  /** JSON of the step's input and output. */
  readonly input?: unknown
  readonly output?: unknown
  /** Of a callback: the newest token, how often it was asked, and epoch milliseconds until when it waits. */
  readonly token?: string
  readonly ask?: number
  /** Seconds within which the answer, or a sign of life, is wanted. */
  readonly wait?: number
  readonly waitUntil?: number
  /** ARN of the saga's machine. */
  readonly machine?: string
  /** Partition keys of the records of its effects, whose lives end with the saga's. */
  readonly effects?: readonly string[]
  /** Of the messages that caused the saga. */
  readonly origin?: Origin
}

/** Where a saga comes from; travels through its execution. */
export interface Origin {
  readonly correlationId: string
  readonly hops: number
  readonly traceparent?: string
}

export async function readStepRecord(table: Table, contract: string, place: StepPlace) {
  const key = stepKey(contract, place)
  const item = await table.get(key, true)
  return { key, item, record: item && recordIn(item) }
}

export function recordIn(item: Item): StepRecord {
  const { version: _, ...content } = JSON.parse(item.record?.S ?? '{}') as StepRecord
  return { ...content, version: Number(item[VERSION]?.N) }
}

/** What the item holds beside keys and version. */
export const recordContent = (record: Omit<StepRecord, 'version'>): Item => ({
  record: { S: JSON.stringify({ ...record, version: undefined }) },
})

/** Identity of a step's run: the idempotency key of what it does outside, and the cause of the messages that it emits. */
export const runKey = ({ saga, sagaId, step }: StepPlace): string => `${saga}/${sagaId}/${step}`
