import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { Dead, Retry } from '../failure.ts'

export interface Place {
  readonly bucket: string
  readonly key: string
}

/** One for each endpoint that the environment has named. */
const clients = new Map<string | undefined, S3Client>()

/** An emulator's host has no names under it for buckets. */
function s3(): S3Client {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL
  const client = clients.get(endpoint) ?? new S3Client({ forcePathStyle: endpoint !== undefined })
  clients.set(endpoint, client)
  return client
}

export async function putObject({ bucket, key }: Place, bytes: Uint8Array): Promise<void> {
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }))
}

/** @throws Dead `ClaimMissing`; Retry `ClaimUnreadable` */
export async function getObject({ bucket, key }: Place): Promise<Buffer> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  } catch (cause) {
    if (cause instanceof NoSuchKey)
      throw new Dead(`its claim s3://${bucket}/${key} is gone`, { code: 'ClaimMissing', cause })
    // Whoever may not list the bucket is told 403 of a missing object too, as S3 gives nothing away: attempts then run out.
    if (cause instanceof S3ServiceException && cause.name === 'AccessDenied')
      throw new Retry(`its claim s3://${bucket}/${key} is gone, or may not be read: ${cause.message}`, {
        code: 'ClaimUnreadable',
        cause,
      })
    throw cause
  }
}
