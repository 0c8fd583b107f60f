import { type EventFields, fieldsOfText, PatternError } from '../../events/pattern/index.ts'
import type { MessageAttribute } from '../topic.ts'
import { attributeFields } from './attribute-fields.ts'

/** What the filters of a topic's subscriptions look at, read once for all of them. */
export class FilteredMessage {
  readonly #attributes: ReadonlyMap<string, MessageAttribute>
  readonly #body: string
  #ofAttributes: EventFields | undefined
  #ofBody: EventFields | undefined | 'unread' = 'unread'

  constructor(body: string, attributes: ReadonlyMap<string, MessageAttribute>) {
    this.#body = body
    this.#attributes = attributes
  }

  get attributes(): EventFields {
    this.#ofAttributes ??= attributeFields(this.#attributes)
    return this.#ofAttributes
  }

  /** Absent where the body is not JSON. */
  get body(): EventFields | undefined {
    if (this.#ofBody === 'unread') this.#ofBody = fieldsOfBody(this.#body)
    return this.#ofBody
  }
}

function fieldsOfBody(body: string): EventFields | undefined {
  try {
    JSON.parse(body)
    return fieldsOfText(body)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof PatternError) return undefined
    throw error
  }
}
