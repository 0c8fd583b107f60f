import type { Envelope } from '../../messaging/envelope.ts'

const PACKED = ['dataencoding', 'datapacked', 'dataref', 'datahash', 'datasize'] as const

/** The envelope with other data in it, whatever it held or referred to. */
export function withData(envelope: Envelope, data: unknown): Envelope {
  const kept = Object.entries(envelope).filter(([field]) => !PACKED.some((packed) => packed === field))
  return { ...(Object.fromEntries(kept) as unknown as Envelope), data }
}

/** The data as text, or what of it stands in the message and where the rest is. */
export async function dataText(envelope: Envelope): Promise<string> {
  const { data, datapacked, dataref, datasize } = envelope
  if (dataref !== undefined) return `${JSON.stringify(data)} and the whole in ${dataref} (${datasize} bytes)`
  if (datapacked === undefined) return JSON.stringify(data)
  const { unpack } = await import('../../messaging/runtime/claims.ts')
  return JSON.stringify(await unpack(envelope, () => Promise.reject(new Error('what is packed is in the message'))))
}
