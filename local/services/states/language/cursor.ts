/** Walks a text from left to right. */
export class Cursor {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  get done(): boolean {
    return this.at >= this.text.length
  }

  get next(): string {
    return this.text[this.at] ?? ''
  }

  skipSpace(): void {
    while (/\s/.test(this.next)) this.at += 1
  }

  /** Takes the literal where it stands next. */
  take(literal: string): boolean {
    if (!this.text.startsWith(literal, this.at)) return false
    this.at += literal.length
    return true
  }

  /** Takes what a sticky pattern matches here. */
  match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, `${pattern.flags.replace('y', '')}y`)
    sticky.lastIndex = this.at
    const found = sticky.exec(this.text)?.[0]
    if (found === undefined) return undefined
    this.at += found.length
    return found
  }

  /** @throws SyntaxError */
  expect(literal: string): void {
    this.skipSpace()
    if (!this.take(literal)) throw new SyntaxError(`Expected '${literal}' at position ${this.at} of ${this.text}`)
    this.skipSpace()
  }
}
