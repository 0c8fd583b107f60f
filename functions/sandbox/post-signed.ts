import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from './sha256.ts'

/** Posts JSON to a route of an HTTP API, signed with the function's own keys. @returns the status */
export async function postSigned(address: string, body: object, idempotencyKey: string): Promise<number> {
  const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env
  const signer = new SignatureV4({
    service: 'execute-api',
    region: AWS_REGION,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    },
    sha256: Sha256,
  })
  const url = new URL(address)
  const text = JSON.stringify(body)
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: text,
  })
  return post(url, headers, text)
}

function post(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  const request = url.protocol === 'http:' ? overHttp : overHttps
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
