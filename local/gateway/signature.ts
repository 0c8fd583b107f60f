import { AwsError } from '../errors.ts'

/** Who signed and for which service. The signature itself is not verified: keys are the local cloud's own or the developer's. */
export interface Signature {
  readonly accessKeyId: string
  readonly region: string
  readonly scope: string
  readonly sessionToken: string | undefined
}

/** Access key, date, region and service. */
const scopedKey = /Credential=([^/,\s]+)(?:\/[^/,\s]*)?(?:\/([^/,\s]*))?(?:\/([^/,\s]*))?/

/** Reads the SigV4 credential from the header, or from a presigned query. */
export function readSignature(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Signature | undefined {
  const signed = scopedKey.exec(headers.authorization ?? '')
  const credential = signed ?? scopedKey.exec(`Credential=${query.get('X-Amz-Credential') ?? ''}`)
  if (!credential) return undefined
  const [, accessKeyId = '', region = '', scope = ''] = credential
  return {
    accessKeyId,
    region,
    scope,
    sessionToken: headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token') ?? undefined,
  }
}

const WEEK_SECONDS = 604_800

/**
 * A presigned URL of S3 ends, on the cloud's clock (S3 user guide, "Authenticating requests: using query parameters").
 * @throws AwsError AccessDenied, AuthorizationQueryParametersError
 */
export function checkPresigned(query: URLSearchParams, now: number): void {
  const seconds = Number(query.get('X-Amz-Expires') ?? Number.NaN)
  if (seconds > WEEK_SECONDS)
    throw new AwsError(
      'AuthorizationQueryParametersError',
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_SECONDS} seconds`,
      { status: 400 },
    )
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(query.get('X-Amz-Date') ?? '') ?? []
  if (date === undefined || time === undefined) return
  const iso = `${date.replace(/(....)(..)/, '$1-$2-')}T${time.replace(/(..)(..)/, '$1:$2:')}Z`
  const ends = Date.parse(iso) + seconds * 1000
  if (!(ends < now)) return
  const told = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  throw new AwsError('AccessDenied', 'Request has expired', {
    status: 403,
    fields: { 'X-Amz-Expires': seconds, Expires: told(ends), ServerTime: told(now) },
  })
}
