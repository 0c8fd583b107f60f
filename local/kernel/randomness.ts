import { hash } from 'node:crypto'

/**
 * Randomness that a seed replays. Each draw is `hash(seed, purpose, counter)`, never the next number of one
 * stream, so that a new draw in one place moves no other.
 */
export class Randomness {
  readonly seed: string
  readonly #counters = new Map<string, number>()
  readonly #prefixes = new Map<string, string>()
  readonly #keys = new Map<string, Buffer>()

  constructor(seed: string) {
    this.seed = seed
  }

  /** 32 hexadecimal digits for the next draw of this purpose. */
  hex(purpose: string): string {
    const count = (this.#counters.get(purpose) ?? 0) + 1
    this.#counters.set(purpose, count)
    return hash('md5', `${this.seed}\0${purpose}\0${count}`, 'hex')
  }

  /** A number in [0, 1). */
  fraction(purpose: string): number {
    return Number.parseInt(this.hex(purpose).slice(0, 12), 16) / 0x1000000000000
  }

  /** A whole number in [0, below). */
  integer(purpose: string, below: number): number {
    return Math.floor(this.fraction(purpose) * below)
  }

  /** A UUID of version 4's form. No two of one purpose are the same: messages get theirs by it, a million in a run. */
  uuid(purpose: string): string {
    const count = (this.#counters.get(purpose) ?? 0) + 1
    this.#counters.set(purpose, count)
    const digits = mixed(this.#keyOf(purpose), count)
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`
  }

  /** A UUID's form around a counter: cheap, for what is only to be told apart, such as requests. */
  serial(purpose: string): string {
    const count = (this.#counters.get(purpose) ?? 0) + 1
    this.#counters.set(purpose, count)
    let prefix = this.#prefixes.get(purpose)
    if (prefix === undefined) {
      const digits = hash('md5', `${this.seed}\0${purpose}`, 'hex')
      prefix = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-`
      this.#prefixes.set(purpose, prefix)
    }
    return prefix + count.toString(16).padStart(12, '0')
  }

  #keyOf(purpose: string): Buffer {
    let key = this.#keys.get(purpose)
    if (!key) {
      key = hash('md5', `${this.seed}\0${purpose}`, 'buffer')
      this.#keys.set(purpose, key)
    }
    return key
  }

  /** The same elements in a drawn order; the input is left as it is. */
  shuffled<T>(purpose: string, elements: readonly T[]): T[] {
    const out = [...elements]
    for (let last = out.length - 1; last > 0; last--) {
      const other = this.integer(purpose, last + 1)
      const held = out[last] as T
      out[last] = out[other] as T
      out[other] = held
    }
    return out
  }
}

const scratch = Buffer.alloc(16)

/** 32 hexadecimal digits of a key and a count, a third of the price of a hash: four words, each a bijection of the count. */
function mixed(key: Buffer, count: number): string {
  for (let at = 0; at < 16; at += 4) scratch.writeInt32LE(scrambled(key.readInt32LE(at) ^ (count + at)), at)
  return scratch.toString('hex')
}

/** The finalizer of MurmurHash3: each bit of the word moves every other with a probability of a half. */
function scrambled(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
