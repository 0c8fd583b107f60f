import { createCipheriv, createDecipheriv } from 'node:crypto'
import { AwsError } from '../../errors.ts'
import type { Key, KmsModel } from './model.ts'

/** Blob: version (1 byte), key id (16), material (2), nonce (12), tag (16), ciphertext. AWS's own format is not published. */
const version = 1
const headLength = 1 + 16 + 2
const nonceLength = 12
const tagLength = 16

export type EncryptionContext = Readonly<Record<string, string>> | undefined

/** The encryption context is authenticated, whatever the order of its keys. */
const authenticated = (context: EncryptionContext): Uint8Array =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))))

export function encrypt(model: KmsModel, key: Key, plaintext: Uint8Array, context: EncryptionContext): Uint8Array {
  const material = key.materials.length - 1
  const nonce = model.bytes(nonceLength, 'nonce')
  const cipher = createCipheriv('aes-256-gcm', key.materials[material] as Uint8Array, nonce)
  cipher.setAAD(authenticated(context))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const head = Buffer.alloc(headLength)
  head.writeUInt8(version)
  Buffer.from(key.id.replaceAll('-', ''), 'hex').copy(head, 1)
  head.writeUInt16BE(material, 17)
  return new Uint8Array(Buffer.concat([head, nonce, cipher.getAuthTag(), body]))
}

/** The id of the key that made a blob; `undefined` where it is no blob of this cloud. */
export function keyIdOf(blob: Uint8Array): string | undefined {
  if (blob.length < headLength + nonceLength + tagLength || blob[0] !== version) return undefined
  const hex = Buffer.from(blob.subarray(1, 17)).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** @throws AwsError InvalidCiphertextException for another context and for tampered blobs; AWS gives it no text */
export function decrypt(key: Key, blob: Uint8Array, context: EncryptionContext): Uint8Array {
  const bytes = Buffer.from(blob)
  const material = key.materials[bytes.readUInt16BE(17)]
  const body = headLength + nonceLength + tagLength
  if (!material) throw invalidCiphertext()
  const decipher = createDecipheriv('aes-256-gcm', material, bytes.subarray(headLength, headLength + nonceLength))
  decipher.setAAD(authenticated(context))
  decipher.setAuthTag(bytes.subarray(headLength + nonceLength, body))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]))
  } catch {
    throw invalidCiphertext()
  }
}

export const invalidCiphertext = (): AwsError => new AwsError('InvalidCiphertextException', '')
