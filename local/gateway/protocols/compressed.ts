import { gunzipSync } from 'node:zlib'
import { AwsError } from '../../errors.ts'

interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** More than any of the services takes. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * The request with its body as it was before the SDK compressed it, as it does from 10 KB on where the model says so
 * (Smithy's requestCompression: CloudWatch's PutMetricData). S3 keeps an object's encoding, and is not asked here.
 * @throws AwsError SerializationException
 */
export function unpacked<M extends Message>(request: M): M {
  if (request.headers['content-encoding'] !== 'gzip') return request
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: MAX_BYTES }) }
  } catch {
    throw new AwsError('SerializationException', 'The request body is not gzip.', { status: 400 })
  }
}
