import { PatternError } from './json-reader.ts'

const V4 = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/
const V6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/

/** An address's bytes as hexadecimal digits, so that addresses of one family compare as text; `undefined` for anything else. */
export function addressDigits(text: string): string | undefined {
  if (V4.test(text)) return v4(text)
  if (V6.test(text)) return v6(text)
  return undefined
}

function v4(text: string): string | undefined {
  const bytes = text.split('.').map(Number)
  if (bytes.some((byte) => byte > 255)) return undefined
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function v6(text: string): string | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], tail] = groups
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return undefined
  const all = tail ? [...head, ...Array<string>(missing).fill('0'), ...tail] : head
  if (all.some((group) => group === '' || group.length > 4)) return undefined
  const digits = all.map((group) => group.toLowerCase().padStart(4, '0')).join('')
  // An IPv4-mapped address is an IPv4 address to Java, in which AWS's matcher is written.
  return digits.startsWith('00000000000000000000ffff') ? digits.slice(24) : digits
}

/** First and last address of a CIDR block, as digits. */
export function cidrRange(cidr: string): readonly [first: string, last: string] {
  const [written = '', mask, ...rest] = cidr.replace(/\/+$/, '').split('/')
  if (mask === undefined || rest.length > 0) throw new PatternError("Malformed CIDR, one '/' required")
  if (!/^[+-]?\d+$/.test(mask)) throw new PatternError('Malformed CIDR, mask bits must be an integer')
  const bits = Number(mask)
  if (bits < 0) throw new PatternError('Malformed CIDR, mask bits must not be negative')
  const digits = addressDigits(written)
  if (digits === undefined)
    throw new PatternError(`${V4.test(written) || V6.test(written) ? 'Invalid' : 'Nonstandard'} IP address: ${written}`)
  const width = digits.length * 4
  if (bits >= width) throw new PatternError(`${width === 32 ? 'IPv4' : 'IPv6'} mask bits must be < ${width}`)
  const host = (1n << BigInt(width - bits)) - 1n
  const address = BigInt(`0x${digits}`)
  const [first, last] = [address & ~host, address | host].map((one) => one.toString(16).padStart(digits.length, '0'))
  return [first ?? '', last ?? '']
}
