/** What is wrong with a pattern, in the words of AWS's compiler, with the place in the source where it has one. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

export type Token =
  | 'start-object'
  | 'end-object'
  | 'start-array'
  | 'end-array'
  | 'name'
  | 'string'
  | 'number'
  | 'true'
  | 'false'
  | 'null'

const SHOWN_SOURCE = 500
/** How deep Jackson reads, so that nobody's nesting exhausts its stack, nor ours. */
export const MAX_NESTING = 1000
const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}]*/uy

/**
 * Reads JSON token by token as the parser behind AWS's pattern compiler (Jackson) does: strings are consumed when
 * somebody asks for their text, the first character of a value together with its name. Error texts carry the column
 * that follows from it, and clients see them.
 */
export class JsonReader {
  readonly #source: string
  readonly #open: { array: boolean; at: number; entries: number }[] = []
  #at = 0
  #token: Token | undefined
  #text = ''
  #currentName = ''
  #pendingString = false
  #afterName: Token | undefined

  constructor(source: string) {
    this.#source = source
  }

  /** The name that was read last. */
  get currentName(): string {
    return this.#currentName
  }

  /** The current value's text: a string's content, anything else as it is written. */
  get text(): string {
    if (this.#pendingString) this.#readString()
    return this.#text
  }

  /** Reads the next token; `undefined` after the end of the outermost value. */
  next(): Token | undefined {
    if (this.#afterName) {
      this.#token = this.#afterName
      this.#afterName = undefined
      return this.#token
    }
    if (this.#pendingString) this.#readString()
    this.#token = this.#read()
    return this.#token
  }

  /** Refuses the source for `reason`, at the current place. */
  fail(reason: string): never {
    this.#failAt(reason, this.#at)
  }

  #failAt(reason: string, at: number): never {
    throw new PatternError(`${reason}\n at ${this.#location(at)}`)
  }

  #location(at: number): string {
    const before = this.#source.slice(0, at)
    const line = before.split('\n').length
    const column = at - (before.lastIndexOf('\n') + 1) + 1
    const cut = this.#source.length - SHOWN_SOURCE
    const shown = `"${this.#source.slice(0, SHOWN_SOURCE)}"${cut > 0 ? `[truncated ${cut} chars]` : ''}`
    return `[Source: (String)${shown}; line: ${line}, column: ${column}]`
  }

  #read(): Token | undefined {
    this.#skipSpace()
    const scope = this.#open.at(-1)
    if (this.#at >= this.#source.length) {
      if (scope) this.#failAtEnd(`expected close marker for ${scope.array ? 'Array' : 'Object'}`, scope.at)
      return undefined
    }
    const closing = this.#close(scope)
    if (closing) return closing
    if (scope && scope.entries > 0) this.#separator(scope.array)
    if (scope) scope.entries += 1
    if (!scope || scope.array) return this.#value()
    this.#name()
    this.#afterName = this.#value()
    return 'name'
  }

  #close(scope: { array: boolean; at: number } | undefined): Token | undefined {
    const character = this.#source[this.#at]
    if (character !== ']' && character !== '}') return undefined
    const array = character === ']'
    this.#at += 1
    if (scope?.array !== array)
      this.#failAt(
        `Unexpected close marker '${character}': expected '${array ? '}' : ']'}' (for ${scope ? (scope.array ? 'Array' : 'Object') : 'root'} starting at ${this.#location(scope?.at ?? 0)})`,
        this.#at - 1,
      )
    this.#open.pop()
    this.#text = character
    return array ? 'end-array' : 'end-object'
  }

  #separator(array: boolean): void {
    if (this.#source[this.#at] !== ',')
      this.#unexpected(`was expecting comma to separate ${array ? 'Array' : 'Object'} entries`)
    this.#at += 1
    this.#skipSpace()
  }

  #name(): void {
    if (this.#source[this.#at] !== '"') this.#unexpected('was expecting double-quote to start field name')
    this.#at += 1
    this.#readString()
    this.#currentName = this.#text
    this.#skipSpace()
    if (this.#source[this.#at] !== ':') this.#unexpected('was expecting a colon to separate field name and value')
    this.#at += 1
    this.#skipSpace()
  }

  #value(): Token {
    const character = this.#source[this.#at]
    if (character === undefined) this.#failAtEnd('expected a value', this.#at)
    if (character === '"') {
      this.#at += 1
      this.#pendingString = true
      return 'string'
    }
    if (character === '{' || character === '[') {
      this.#open.push({ array: character === '[', at: this.#at, entries: 0 })
      this.#at += 1
      if (this.#open.length > MAX_NESTING)
        this.fail(
          `Document nesting depth (${this.#open.length}) exceeds the maximum allowed (${MAX_NESTING}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
        )
      this.#text = character
      return character === '[' ? 'start-array' : 'start-object'
    }
    if (character === '-' || (character >= '0' && character <= '9')) return this.#number()
    return this.#literal()
  }

  #number(): Token {
    NUMBER.lastIndex = this.#at
    const found = NUMBER.exec(this.#source)?.[0]
    if (found === undefined) this.#unexpected('expected digit (0-9) to follow minus sign, for valid numeric value')
    this.#at += found.length
    const next = this.#source[this.#at]
    if (found.replace('-', '') === '0' && next !== undefined && next >= '0' && next <= '9')
      this.fail('Invalid numeric value: Leading zeroes not allowed')
    if (next !== undefined && !',]} \t\r\n'.includes(next))
      this.#unexpected(
        next === '.' || next === 'e' || next === 'E'
          ? 'Decimal point not followed by a digit'
          : 'Expected space separating root-level values',
      )
    this.#text = found
    return 'number'
  }

  #literal(): Token {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#source)?.[0] ?? ''
    if (word === '') this.#unexpected(`expected a valid value ${VALUES}`)
    this.#at += word.length
    if (word !== 'true' && word !== 'false' && word !== 'null')
      this.fail(`Unrecognized token '${word}': was expecting ${VALUES}`)
    this.#text = word
    return word
  }

  #readString(): void {
    this.#pendingString = false
    const start = this.#at
    for (let at = start; ; at++) {
      const character = this.#source[at]
      if (character === undefined) {
        this.#at = this.#source.length
        this.#failAtEnd('was expecting closing quote for a string value', this.#at, false)
      }
      if (character === '\\') at += 1
      else if (character === '"') {
        this.#at = at + 1
        this.#text = this.#unescape(start - 1, at + 1)
        return
      } else if (character < ' ') {
        this.#at = at
        this.#failAt(
          `Illegal unquoted character ((CTRL-CHAR, code ${character.charCodeAt(0)})): has to be escaped using backslash to be included in string value`,
          at,
        )
      }
    }
  }

  #unescape(from: number, to: number): string {
    const quoted = this.#source.slice(from, to)
    if (!quoted.includes('\\')) return quoted.slice(1, -1)
    try {
      return JSON.parse(quoted) as string
    } catch {
      return this.#failAt('Unrecognized character escape', from + quoted.indexOf('\\') + 1)
    }
  }

  #skipSpace(): void {
    while (this.#at < this.#source.length && ' \t\r\n'.includes(this.#source[this.#at] as string)) this.#at += 1
  }

  #unexpected(wanted: string): never {
    const character = this.#source[this.#at]
    if (character === undefined) this.#failAtEnd(wanted, this.#at)
    this.#failAt(`Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${wanted}`, this.#at)
  }

  #failAtEnd(wanted: string, opened: number, marker = true): never {
    const start = marker && wanted.startsWith('expected close') ? ` (start marker at ${this.#location(opened)})` : ''
    this.#failAt(`Unexpected end-of-input: ${wanted}${start}`, this.#source.length)
  }
}
