import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { ClaimCheck } from '../claim-check.ts'
import type { Envelope } from '../envelope.ts'
import { Dead, TooLarge } from '../failure.ts'
import { claimPrefix } from '../names.ts'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** Of a body in JSON: a function holds it several times over. Also what a body may grow to when it is unpacked. */
const MAX_BYTES = 128 * 1024 * 1024

interface Sender {
  readonly id: string
  /** Bytes of the message that still travel inline. */
  readonly inline: number
  bucket(): Promise<string>
}

/**
 * The envelope with its data as it is, or compressed where that is smaller; where neither is small enough, with a reference to an
 * object that is put first, so that no message ever refers to nothing.
 * @throws TooLarge
 */
export async function pack({ plain }: ClaimCheck, whole: Envelope, sender: Sender): Promise<Envelope> {
  const json = Buffer.from(JSON.stringify(whole.data))
  if (json.length > MAX_BYTES)
    throw new TooLarge(`${whole.type} ${whole.id}: data in bytes`, json.length, MAX_BYTES, 'send it in parts')
  const zipped = await compress(json)
  const bare: Envelope = { ...whole, data: plainOf(whole.data, plain) }
  const inline: Envelope = { ...bare, dataencoding: 'gzip', datapacked: zipped.toString('base64') }
  const smallest = sizeOf(inline) < sizeOf(whole) ? inline : whole
  if (sizeOf(smallest) <= sender.inline) return smallest
  const bytes = zipped.length < json.length ? zipped : json
  return {
    ...bare,
    ...(bytes === zipped && { dataencoding: 'gzip' as const }),
    ...(await checkIn(whole, bytes, sender)),
  }
}

/**
 * The key is made of what is stored, too: a retry with the same bytes writes the same object, and one whose handler made other bytes
 * leaves alone what a first, committed try refers to.
 */
async function checkIn({ id, type }: Envelope, bytes: Buffer, sender: Sender) {
  const hash = sha256(bytes)
  const key = `${claimPrefix(type)}${sender.id}/${named(id)}-${hash}`
  const bucket = await sender.bucket()
  const { putObject } = await import('./claim-objects.ts')
  await putObject({ bucket, key }, bytes)
  return { dataref: `s3://${bucket}/${key}`, datahash: hash, datasize: bytes.length }
}

/**
 * The data that an envelope holds or refers to.
 * @throws Dead `ClaimMissing`, `ClaimChanged`, `ClaimForeign`; Retry `ClaimUnreadable` where S3 does not tell which
 */
export async function unpack(envelope: Envelope, ownBucket: () => Promise<string>): Promise<unknown> {
  const { datapacked = '', dataref, dataencoding } = envelope
  const bytes = dataref === undefined ? Buffer.from(datapacked, 'base64') : await claimed(envelope, await ownBucket())
  try {
    const json = dataencoding === 'gzip' ? await decompress(bytes, { maxOutputLength: MAX_BYTES }) : bytes
    return JSON.parse(json.toString('utf8'))
  } catch (cause) {
    throw new Dead(`its packed data cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'ClaimChanged',
      cause,
    })
  }
}

/** A message must not make its consumer read elsewhere than where its contract's claims lie. */
async function claimed({ dataref = '', datahash, datasize, type }: Envelope, ownBucket: string): Promise<Buffer> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(dataref) ?? []
  if (bucket !== ownBucket || !key.startsWith(claimPrefix(type)))
    throw new Dead(`its claim ${dataref} is not under s3://${ownBucket}/${claimPrefix(type)}`, { code: 'ClaimForeign' })
  const { getObject } = await import('./claim-objects.ts')
  const bytes = await getObject({ bucket, key })
  if (bytes.length !== datasize || sha256(bytes) !== datahash)
    throw new Dead(`its claim ${dataref} is not the object of ${datasize} bytes that was put: it has ${bytes.length}`, {
      code: 'ClaimChanged',
    })
  return bytes
}

const sizeOf = (envelope: Envelope): number => Buffer.byteLength(JSON.stringify(envelope))

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Ids of clients may be anything; a key has 1024 bytes. */
const named = (id: string): string => (/^[\w.:-]{1,256}$/.test(id) ? id : sha256(id))

function plainOf(data: unknown, fields: readonly string[]): Record<string, unknown> {
  if (typeof data !== 'object' || data === null) return {}
  return Object.fromEntries(Object.entries(data).filter(([field]) => fields.includes(field)))
}
