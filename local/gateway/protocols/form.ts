const AMPERSAND = 0x26
const EQUALS = 0x3d
const PERCENT = 0x25
const PLUS = 0x2b
const SPACE = 0x20

/** The fields of a URL-encoded form; of a name that comes twice the first counts. Knows which prefixes of names exist. */
export class Form {
  readonly #values = new Map<string, string>()
  readonly #prefixes = new Set<string>()

  constructor(body: Uint8Array) {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    for (let start = 0; start < bytes.length; ) {
      const next = bytes.indexOf(AMPERSAND, start)
      const end = next < 0 ? bytes.length : next
      let equals = start
      while (equals < end && bytes[equals] !== EQUALS) equals += 1
      this.add(decoded(bytes, start, equals), decoded(bytes, equals + 1, end))
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

/** What is no UTF-8 becomes replacement characters, and a stray % stays. */
function decoded(bytes: Buffer, start: number, end: number): string {
  if (start >= end) return ''
  const plain = Buffer.allocUnsafe(end - start)
  let length = 0
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number
    const escaped = byte === PERCENT ? hexadecimal(bytes, index + 1, end) : -1
    if (escaped >= 0) index += 2
    plain[length++] = escaped >= 0 ? escaped : byte === PLUS ? SPACE : byte
  }
  return plain.toString('utf8', 0, length)
}

/** The byte that two hexadecimal digits stand for; negative where they are none. */
function hexadecimal(bytes: Buffer, index: number, end: number): number {
  if (index + 1 >= end) return -1
  const high = digit(bytes[index] as number)
  const low = digit(bytes[index + 1] as number)
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function digit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
