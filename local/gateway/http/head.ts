/** The head of a request in plain form. */
export interface Head {
  readonly method: string
  readonly target: string
  /** Names in lower case, each once. */
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of the body. */
  readonly length: number
}

const requestLine = /^(GET|POST|PUT|PATCH|DELETE) ([!-~]+) HTTP\/1\.1$/
const headerName = /^[\w!#$%&'*+\-.^`|~]+$/
const notInValues = /[^\t\x20-\x7e\x80-\xff]/

/** Headers that make a request more than a head with a body of known length. */
const unusual = new Set(['expect', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** Names as clients write them, in lower case; empty where they are not for here. The same few come with each request. */
const names = new Map<string, string>()
const KNOWN_NAMES = 1_000

/**
 * Reads the lines of a head that has the plain form of AWS's clients: HTTP/1.1 on a connection that stays, no header twice,
 * a body whose length is told before.
 * @returns undefined where it has another form, or none
 */
export function readHead(text: string): Head | undefined {
  const firstEnd = text.indexOf('\r\n')
  const request = requestLine.exec(firstEnd < 0 ? text : text.slice(0, firstEnd))
  if (!request || firstEnd < 0) return undefined
  const headers: Record<string, string> = {}
  for (let start = firstEnd + 2; start < text.length; ) {
    const next = text.indexOf('\r\n', start)
    const end = next < 0 ? text.length : next
    const colon = text.indexOf(':', start)
    const name = colon < 0 || colon > end ? '' : nameOf(text.slice(start, colon))
    const value = text.slice(colon + 1, end).trim()
    if (name === '' || headers[name] !== undefined || notInValues.test(value)) return undefined
    headers[name] = value
    start = end + 2
  }
  const { host, connection = 'keep-alive', 'content-length': length = '0' } = headers
  if (host === undefined || connection.toLowerCase() !== 'keep-alive' || !/^\d{1,9}$/.test(length)) return undefined
  return { method: request[1] as string, target: request[2] as string, headers, length: Number(length) }
}

function nameOf(written: string): string {
  const known = names.get(written)
  if (known !== undefined) return known
  const lower = written.toLowerCase()
  const name = headerName.test(written) && !unusual.has(lower) ? lower : ''
  if (names.size < KNOWN_NAMES) names.set(written, name)
  return name
}
