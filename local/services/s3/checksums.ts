import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { badDigest, invalidRequest } from './errors.ts'

export type Algorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'

export interface Checksum {
  readonly algorithm: Algorithm
  /** Big-endian bytes in base64. */
  readonly value: string
}

const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const

/** Members of inputs and outputs that carry a checksum. */
export type ChecksumMembers = { readonly [A in Algorithm as `Checksum${A}`]?: string | undefined }

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

/** One step of each byte value through a reflected polynomial, as two halves of 32 bits: BigInt would be 50 times slower. */
function tableOf(high: number, low: number): { high: Uint32Array; low: Uint32Array } {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) }
  for (let byte = 0; byte < 256; byte++) {
    let h = 0
    let l = byte
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1
      l = (l >>> 1) | ((h & 1) << 31)
      h >>>= 1
      if (carry) {
        h ^= high
        l ^= low
      }
    }
    table.high[byte] = h
    table.low[byte] = l
  }
  return table
}

const castagnoli = tableOf(0, 0x82f63b78)
const nvme = tableOf(0x9a6c9329, 0xac4bc9b5)

function crc32c(bytes: Uint8Array): Buffer {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (castagnoli.low[(crc ^ byte) & 0xff] as number)
  return word(~crc)
}

function crc64nvme(bytes: Uint8Array): Buffer {
  let high = 0xffffffff
  let low = 0xffffffff
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (nvme.low[index] as number)
    high = (high >>> 8) ^ (nvme.high[index] as number)
  }
  return Buffer.concat([word(~high), word(~low)])
}

const functions: Readonly<Record<Algorithm, (bytes: Uint8Array) => Buffer>> = {
  CRC32: (bytes) => word(crc32(bytes)),
  CRC32C: crc32c,
  CRC64NVME: crc64nvme,
  SHA1: (bytes) => createHash('sha1').update(bytes).digest(),
  SHA256: (bytes) => createHash('sha256').update(bytes).digest(),
}

export const checksumOf = (algorithm: Algorithm, bytes: Uint8Array): Checksum => ({
  algorithm,
  value: functions[algorithm](bytes).toString('base64'),
})

/** S3 keeps a CRC64NVME of what came without a checksum. */
export const DEFAULT: Algorithm = 'CRC64NVME'

export const memberOf = ({ algorithm, value }: Checksum): ChecksumMembers => ({ [`Checksum${algorithm}`]: value })

interface Given extends ChecksumMembers {
  readonly ContentMD5?: string | undefined
}

/**
 * The checksum that a writer gave, verified.
 * @throws AwsError BadDigest, InvalidDigest, InvalidRequest
 */
export function verified(given: Given, bytes: Uint8Array): Checksum | undefined {
  const { ContentMD5 } = given
  if (ContentMD5 !== undefined && createHash('md5').update(bytes).digest('base64') !== ContentMD5)
    throw badDigest('The Content-MD5 you specified did not match what we received.')
  const found = ALGORITHMS.filter((algorithm) => given[`Checksum${algorithm}`] !== undefined)
  if (found.length > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
  const [algorithm] = found
  if (algorithm === undefined) return undefined
  const checksum = checksumOf(algorithm, bytes)
  if (checksum.value !== given[`Checksum${algorithm}`])
    throw badDigest(`The ${algorithm} you specified did not match the calculated checksum.`)
  return checksum
}
