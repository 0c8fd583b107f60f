/** Who signed and for which service. The signature itself is not verified: keys are the local cloud's own or the developer's. */
export interface Signature {
  readonly accessKeyId: string
  readonly region: string
  readonly scope: string
  readonly sessionToken: string | undefined
}

/** Reads the SigV4 credential from the header, or from a presigned query. */
export function readSignature(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Signature | undefined {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential')
  if (!credential) return undefined
  const [accessKeyId = '', , region = '', scope = ''] = credential.split('/')
  return {
    accessKeyId,
    region,
    scope,
    sessionToken: headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token') ?? undefined,
  }
}
