import { AwsError } from '../../errors.ts'

const incomplete = (): AwsError =>
  new AwsError('IncompleteBody', 'The request body terminated unexpectedly', { status: 400 })

/**
 * A body in `aws-chunked` form: `length[;chunk-signature=…]` and the bytes, again and again, then the trailers
 * (S3 API reference, "Authenticating requests: using multiple chunks"). The signatures are not verified, as none is here.
 * @throws AwsError IncompleteBody
 */
export function decodeChunks(encoded: Uint8Array): { body: Uint8Array; trailers: Record<string, string> } {
  const buffer = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const chunks: Buffer[] = []
  let at = 0
  const line = (): string => {
    const end = buffer.indexOf('\r\n', at)
    if (end < 0) throw incomplete()
    const text = buffer.toString('latin1', at, end)
    at = end + 2
    return text
  }
  for (;;) {
    const head = line()
    const length = /^[0-9a-fA-F]+(?=;|$)/.exec(head)?.[0]
    if (length === undefined) throw incomplete()
    const size = Number.parseInt(length, 16)
    if (size === 0) break
    if (at + size + 2 > buffer.length) throw incomplete()
    chunks.push(buffer.subarray(at, at + size))
    at += size
    if (line() !== '') throw incomplete()
  }
  const trailers: Record<string, string> = {}
  while (at < buffer.length) {
    const text = line()
    const colon = text.indexOf(':')
    if (colon > 0) trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim()
  }
  return { body: Buffer.concat(chunks), trailers }
}
