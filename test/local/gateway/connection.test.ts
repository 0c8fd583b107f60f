import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'

const authorization =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0'
const listQueues = (extra: readonly string[] = [], body = '{}'): string =>
  [
    'POST / HTTP/1.1',
    'Host: localhost',
    `Authorization: ${authorization}`,
    'X-Amz-Target: AmazonSQS.ListQueues',
    'Content-Type: application/x-amz-json-1.0',
    ...extra,
    '',
    body,
  ].join('\r\n')
const plain = listQueues(['Content-Length: 2'])
const statuses = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status as string)

describe('a connection', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await startTestCloud()
  })
  afterAll(() => cloud.stop())

  /** Writes the parts one after the other, each in a segment of its own; answers what comes back until `answers` have. */
  const talk = (parts: readonly string[], answers = 1): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: Number(new URL(cloud.endpoint).port), host: '127.0.0.1', noDelay: true })
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString()
        if (statuses(text).length === answers) socket.destroy()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
      const write = (index: number): void => {
        if (index < parts.length) socket.write(parts[index] as string, () => setImmediate(write, index + 1))
      }
      write(0)
    })

  it('answers a request that arrives byte by byte', async () => {
    expect(statuses(await talk([...plain]))).toEqual(['200'])
  })

  it('answers requests that arrive together, in their order', async () => {
    const unknown = plain.replace('ListQueues', 'Unknown')
    expect(statuses(await talk([plain + unknown + plain], 3))).toEqual(['200', '404', '200'])
  })

  it.each([
    ['a chunked body', listQueues(['Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'), ['200']],
    ['a header twice', listQueues(['Content-Length: 2', 'X-A: 1', 'X-A: 2']), ['200']],
    ['a folded header', listQueues(['Content-Length: 2', 'X-A: 1', ' 2']), ['400']],
    ['no host', plain.replace('Host: localhost\r\n', ''), ['400']],
    ['HTTP/1.0', plain.replace('HTTP/1.1', 'HTTP/1.0'), ['200']],
    ['no HTTP', 'hello\r\n\r\n', ['400']],
    ['a head without end', `POST / HTTP/1.1\r\nHost: ${'x'.repeat(20_000)}`, ['400']],
  ])('leaves %s to Node.js’s server, after plain requests too', async (what, other, expected) => {
    expect(statuses(await talk([other]))).toEqual(expected)
    expect(statuses(await talk([plain, other], 2)), what).toEqual(['200', ...expected])
  })

  it('asks for the body where the client waits for leave to send it', async () => {
    const { port } = new URL(cloud.endpoint)
    const headers = { authorization, 'x-amz-target': 'AmazonSQS.ListQueues', expect: '100-continue' }
    const status = await new Promise((resolve, reject) => {
      const sent = request({ port, method: 'POST', headers }, (response) => resolve(response.statusCode))
      sent.on('continue', () => sent.end('{}'))
      sent.on('error', reject)
    })
    expect(status).toBe(200)
  })
})
