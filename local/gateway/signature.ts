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
