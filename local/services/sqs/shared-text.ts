import { isValidText } from './message-attributes.ts'

/** A text that is walked through once, however many messages it becomes a part of. */
export class TextPart {
  readonly text: string
  readonly bytes: number
  readonly valid: boolean

  constructor(text: string) {
    this.text = text
    this.bytes = Buffer.byteLength(text)
    this.valid = isValidText(text)
  }
}

/** The body of a message that a topic fans out: but for its own part it is measured and kept once for all queues. */
export class SharedText {
  readonly #before: TextPart
  readonly #own: TextPart
  readonly #after: TextPart

  constructor(before: TextPart, own: TextPart, after: TextPart) {
    this.#before = before
    this.#own = own
    this.#after = after
  }

  get bytes(): number {
    return this.#before.bytes + this.#own.bytes + this.#after.bytes
  }

  get valid(): boolean {
    return this.#before.valid && this.#own.valid && this.#after.valid
  }

  toString(): string {
    return this.#before.text + this.#own.text + this.#after.text
  }
}

export type BodyText = string | SharedText

export const bytesOf = (text: BodyText): number => (typeof text === 'string' ? Buffer.byteLength(text) : text.bytes)

export const isValid = (text: BodyText): boolean => (typeof text === 'string' ? isValidText(text) : text.valid)
