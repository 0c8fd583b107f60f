import { createHash } from 'node:crypto'
import { AwsError } from '../../errors.ts'
import type { Operation, ServiceModel } from '../model.ts'
import type { Member, Shape } from '../shape.ts'
import { decodeChunks } from './aws-chunked.ts'
import { type BodyFormat, matchRest, type RestAnswer, type RestMatch, type RestRequest, writeRest } from './rest.ts'
import { escapeXml, writeMembers, writeXml } from './xml.ts'
import { parseXml, readXml } from './xml-read.ts'

/**
 * S3's dialect of REST-XML: the bucket stands in the host or in the path, where the model does not name it; several operations
 * share a path and are told apart by headers; bodies may be `aws-chunked`; errors carry a HostId.
 */
export const s3Body: BodyFormat = {
  contentType: 'application/xml',
  readMember: (member, body) =>
    member.target.kind === 'string' ? textOf(body) : readXml(member.target, parseXml(textOf(body))),
  readMembers: (shape, body) => readXml(shape, parseXml(textOf(body))) as Record<string, unknown>,
  writeMember: (member, value) =>
    member.target.kind === 'string'
      ? String(value)
      : document(writeXml(member.target, value, rootOf(member.target, member), member)),
  writeMembers: (shape, values) =>
    Object.keys(values).length === 0
      ? ''
      : document(`<${rootOf(shape)} xmlns="${NAMESPACE}">${writeMembers(shape, values)}</${rootOf(shape)}>`),
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const textOf = (body: Uint8Array): string => Buffer.from(body).toString('utf8')
const document = (xml: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`
const rootOf = (shape: Shape, member?: Member): string =>
  (member?.traits.xmlName as string | undefined) ??
  (shape.kind === 'structure' ? (shape.xmlName ?? shape.name) : (member?.name ?? ''))

/** `bucket.s3.region.host` and `bucket.host`; an address or `localhost` itself has the bucket in the path. */
const hosts = [
  /^(.+)\.s3(?:[.-][a-z0-9-]+)*\.(?:localhost|localhost\.localstack\.cloud|amazonaws\.com)$/,
  /^(?!s3(?:[.-][a-z0-9-]+)*\.localhost$)(.+)\.localhost$/,
]

interface Addressed {
  readonly bucket: string | undefined
  /** What is left of the path once the bucket is out of it. */
  readonly path: string
}

/** The bucket of a request, by its host or its path. `target` is the path as it was sent: a key may hold `..`. */
export function addressed(host: string, target: string): Addressed {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  for (const pattern of hosts) {
    const bucket = pattern.exec(name)?.[1]
    if (bucket !== undefined) return { bucket, path: target }
  }
  const [, bucket = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(target) ?? []
  return bucket === '' ? { bucket: undefined, path: '/' } : { bucket, path: rest === '' ? '/' : rest }
}

/** The operation of a request to S3, and the request as the REST table reads it. */
export function matchS3(
  model: ServiceModel,
  request: RestRequest,
  target: string,
): { match: RestMatch; request: RestRequest } | undefined {
  const { bucket, path } = addressed(request.headers.host ?? '', target)
  const query = new URLSearchParams(request.query)
  if (!query.has('x-id')) {
    const id = operationId(request, bucket, path)
    if (id !== undefined) query.set('x-id', id)
  }
  const read = { ...request, path, query }
  const match = matchRest(model, read)
  if (!match) return undefined
  const labels = bucket === undefined ? match.labels : new Map([...match.labels, ['Bucket', bucket]])
  return { match: { operation: match.operation, labels }, request: plainBody(read) }
}

/** What the SDK for JavaScript says in `x-id`, for clients that do not. */
function operationId({ method, headers, query }: RestRequest, bucket: string | undefined, path: string) {
  if (bucket === undefined) return method === 'GET' ? 'ListBuckets' : undefined
  if (path === '/') return undefined
  const part = query.has('uploadId')
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) return part ? 'UploadPartCopy' : 'CopyObject'
  if (method === 'PUT') return part ? 'UploadPart' : 'PutObject'
  if (method === 'GET') return part ? 'ListParts' : 'GetObject'
  if (method === 'DELETE') return part ? 'AbortMultipartUpload' : 'DeleteObject'
  return undefined
}

/** A body sent in chunks, put together; its trailers (the checksum) become headers. */
function plainBody(request: RestRequest): RestRequest {
  const encodings = (request.headers['content-encoding'] ?? '').split(',').map((text) => text.trim())
  const streaming = request.headers['x-amz-content-sha256']?.startsWith('STREAMING-') ?? false
  if (!streaming && !encodings.includes('aws-chunked')) return request
  const { body, trailers } = decodeChunks(request.body)
  const stated = request.headers['x-amz-decoded-content-length']
  if (stated !== undefined && Number(stated) !== body.length)
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
      { status: 400 },
    )
  const { 'content-encoding': _, ...headers } = request.headers
  const kept = encodings.filter((encoding) => encoding !== 'aws-chunked' && encoding !== '').join(',')
  return {
    ...request,
    body,
    headers: {
      ...headers,
      ...(kept === '' ? {} : { 'content-encoding': kept }),
      ...trailers,
      'content-length': String(body.length),
    },
  }
}

/** S3's two ids of a request: the second would lead its support to the host. */
const ids = (requestId: string): { 'x-amz-request-id': string; 'x-amz-id-2': string } => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': createHash('sha256').update(requestId).digest('base64'),
})

/** The one answer whose member is the root itself. */
const location = ({ LocationConstraint = '' }: Readonly<Record<string, unknown>>): string =>
  document(`<LocationConstraint xmlns="${NAMESPACE}">${escapeXml(String(LocationConstraint))}</LocationConstraint>`)

export function writeS3(
  operation: Operation,
  output: Readonly<Record<string, unknown>>,
  requestId: string,
): RestAnswer {
  const written = writeRest(operation, output, s3Body)
  const { status, headers } = written
  const body = operation.name === 'GetBucketLocation' ? location(output) : written.body
  const { 'content-type': type = '', ...others } = headers
  const ofBody = body === '' && output.ContentType === undefined ? {} : { 'content-type': type }
  return {
    status: output.ContentRange === undefined ? status : 206,
    headers: { ...ofBody, ...others, ...ids(requestId) },
    body,
  }
}

/** Errors that every service answers with have names of their own here. */
const renamed: Readonly<Record<string, readonly [code: string, status: number, message?: string]>> = {
  ThrottlingException: ['SlowDown', 503, 'Please reduce your request rate.'],
  InternalFailure: ['InternalError', 500],
  InvalidClientTokenId: [
    'InvalidAccessKeyId',
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
  ],
  ExpiredToken: ['ExpiredToken', 400, 'The provided token has expired.'],
}

export function writeS3Error(error: AwsError, model: ServiceModel | undefined, requestId: string): RestAnswer {
  const [code, ownStatus, message = error.message] = renamed[error.code] ?? [error.code]
  const status = ownStatus ?? error.status ?? model?.errors.get(code)?.status ?? 400
  const headers = { 'content-type': 'application/xml', ...ids(requestId) }
  if (status === 304) return { status, headers, body: '' }
  const told = { Code: code, Message: message, ...error.fields, RequestId: requestId, HostId: headers['x-amz-id-2'] }
  const inner = Object.entries(told).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
  return { status, headers, body: document(`<Error>${inner.join('')}</Error>`) }
}
