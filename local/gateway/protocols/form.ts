import { unescape as unescapeLeniently } from 'node:querystring'

/** The fields of a URL-encoded form; of a name that comes twice the first counts. Knows which prefixes of names exist. */
export class Form {
  readonly #values = new Map<string, string>()
  readonly #prefixes = new Set<string>()

  constructor(text: string) {
    for (let start = 0; start < text.length; ) {
      const next = text.indexOf('&', start)
      const end = next < 0 ? text.length : next
      const equals = text.indexOf('=', start)
      if (equals < 0 || equals > end) this.add(decoded(text.slice(start, end)), '')
      else this.add(decoded(text.slice(start, equals)), decoded(text.slice(equals + 1, end)))
      start = end + 1
    }
  }

  add(name: string, value: string): void {
    if (name === '' || this.#values.has(name)) return
    this.#values.set(name, value)
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) this.#prefixes.add(name.slice(0, dot))
  }

  get(name: string): string | undefined {
    return this.#values.get(name)
  }

  /** Whether there is a field of this name, or one within it. */
  has(prefix: string): boolean {
    return this.#prefixes.has(prefix) || this.#values.has(prefix)
  }
}

function decoded(text: string): string {
  const spaced = text.includes('+') ? text.replace(/\+/g, ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    // What is no UTF-8 becomes replacement characters, and a stray % stays.
    return unescapeLeniently(spaced)
  }
}
