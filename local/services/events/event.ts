import type { Kernel } from '../../kernel/kernel.ts'
import { type EventFields, fieldsOfText } from './pattern/index.ts'

/** An event on a bus. */
export class BusEvent {
  readonly id: string
  /** What rules see and targets get: compact JSON. */
  readonly json: string
  readonly time: number
  /** When EventBridge received it. */
  readonly ingested: number
  /** Set on an event that came from another bus: it is not forwarded again. */
  readonly forwarded: boolean
  /** Journal entry of the call that brought the event. */
  readonly cause: number | undefined
  readonly traceHeader: string | undefined
  #fields: EventFields | undefined

  constructor(parts: {
    id: string
    json: string
    time: number
    ingested: number
    forwarded?: boolean
    cause?: number | undefined
    traceHeader?: string | undefined
  }) {
    this.id = parts.id
    this.json = parts.json
    this.time = parts.time
    this.ingested = parts.ingested
    this.forwarded = parts.forwarded ?? false
    this.cause = parts.cause
    this.traceHeader = parts.traceHeader
  }

  /** The event flattened for matching, made once for all rules. */
  get fields(): EventFields {
    this.#fields ??= fieldsOfText(this.json)
    return this.#fields
  }
}

export interface Envelope {
  readonly detailType: string
  readonly source: string
  readonly account: string
  readonly region: string
  readonly resources: readonly string[]
  /** A JSON object's text. */
  readonly detail: string
}

/** Puts a new event together; the id is the kernel's next. */
export function createEvent(
  kernel: Kernel,
  envelope: Envelope,
  rest: { time: number | undefined; cause?: number | undefined; traceHeader?: string | undefined },
): BusEvent {
  const ingested = kernel.clock.now()
  const id = kernel.random.uuid('event')
  const time = rest.time ?? ingested
  return new BusEvent({ ...rest, id, json: eventJson(id, time, envelope), time, ingested })
}

const eventJson = (id: string, time: number, e: Envelope): string =>
  `{"version":"0","id":"${id}","detail-type":${JSON.stringify(e.detailType)},"source":${JSON.stringify(e.source)},"account":"${e.account}","time":"${eventTime(time)}","region":"${e.region}","resources":${JSON.stringify(e.resources)},"detail":${compacted(e.detail)}}`

/** Events carry whole seconds. */
export const eventTime = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`

const SPACE_OUTSIDE_STRINGS = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g

/** Valid JSON text without the white space between its tokens; names, their order and numbers stay as written. */
const compacted = (json: string): string =>
  /[ \t\r\n]/.test(json)
    ? json.replace(SPACE_OUTSIDE_STRINGS, (_all, string: string | undefined) => string ?? '')
    : json
