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

/** The body of a message that a topic fans out: all that it has in common with the other queues' is measured and kept once. */
export class SharedText {
  readonly #parts: readonly TextPart[]

  constructor(parts: readonly TextPart[]) {
    this.#parts = parts
  }

  get bytes(): number {
    return this.#parts.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get valid(): boolean {
    return this.#parts.every(({ valid }) => valid)
  }

  toString(): string {
    return this.#parts.reduce((whole, { text }) => whole + text, '')
  }
}

export type BodyText = string | SharedText

export const bytesOf = (text: BodyText): number => (typeof text === 'string' ? Buffer.byteLength(text) : text.bytes)

export const isValid = (text: BodyText): boolean => (typeof text === 'string' ? isValidText(text) : text.valid)
