import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { feed } from '../../../bin/feed/feed.ts'
import type { Invoice } from '../../../bin/feed/invoices.ts'
import { ShopApi } from '../../../bin/feed/shop-api.ts'

interface Request {
  readonly path: string
  readonly key: string
  readonly authorization: string
  readonly body: { lines: { sku: string; quantity: number }[] }
}

/** An API that notes what it is asked and answers as it is told. */
let server: Server
let requests: Request[]
let answer: (request: Request) => { status: number; body: unknown }

beforeEach(async () => {
  requests = []
  answer = ({ path, key }) => ({ status: 202, body: { [path === '/returns' ? 'returnId' : 'orderId']: `id-${key}` } })
  server = createServer(async (incoming, outgoing) => {
    let text = ''
    for await (const chunk of incoming) text += chunk
    const { authorization = '', 'idempotency-key': key } = incoming.headers
    const request = { path: incoming.url ?? '', key: String(key), authorization, body: JSON.parse(text) }
    requests.push(request)
    const { status, body } = answer(request)
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

const invoice = (number: string, kind: Invoice['kind'], quantity: number, unitPrice = 100): Invoice => ({
  number,
  kind,
  invoicedAt: '2010-12-01T08:26:00.000Z',
  country: 'EIRE',
  lines: [{ sku: 'A', quantity, unitPrice }],
})

async function run(...invoices: Invoice[]) {
  const { port } = server.address() as AddressInfo
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const api = new ShopApi({ apiUrl: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials, firstWait: 0 })
  const settled: number[] = []
  const fed = await feed({ api, invoices, settled: async () => void settled.push(requests.length) })
  return { fed, settled }
}

describe('the feed', () => {
  it('fills the shelves, waits, then sends each invoice under its number and waits again', async () => {
    const { fed, settled } = await run(
      invoice('1', 'order', 3),
      invoice('2', 'order', 4),
      invoice('C3', 'return', -2),
      invoice('A4', 'adjustment', 1),
    )
    expect(requests.map(({ path, key }) => [path, key])).toEqual([
      ['/stock', expect.stringMatching(/^goods-/)],
      ['/orders', '1'],
      ['/orders', '2'],
      ['/returns', 'C3'],
    ])
    expect(requests[0]?.body.lines).toEqual([{ sku: 'A', quantity: 7 }])
    expect(requests[3]?.body.lines).toMatchObject([{ sku: 'A', quantity: 2 }])
    expect(settled).toEqual([1, 4])
    expect(fed.orders.get('2')).toEqual({ outcome: 'accepted', id: 'id-2' })
    expect(fed.returns.get('C3')).toEqual({ outcome: 'accepted', id: 'id-C3' })
  })

  it('signs every request for the API', async () => {
    await run(invoice('1', 'order', 1))
    for (const { authorization } of requests)
      expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/us-east-1\/execute-api\/aws4_request, /)
  })

  it('tells what the API refuses, with its reasons', async () => {
    answer = ({ path }) =>
      path === '/stock' ? { status: 202, body: {} } : { status: 400, body: { reasons: ['a', 'b'] } }
    const { fed } = await run(invoice('1', 'order', 1))
    expect(fed.orders.get('1')).toEqual({ outcome: 'refused', reasons: ['a', 'b'] })
  })

  it('repeats a request under its key while the API is busy or broken', async () => {
    let tries = 0
    const usual = answer
    answer = (request) => {
      if (request.path === '/stock') return usual(request)
      tries += 1
      return tries < 3 ? { status: tries === 1 ? 429 : 503, body: {} } : usual(request)
    }
    const { fed } = await run(invoice('1', 'order', 1))
    expect(fed.orders.get('1')).toMatchObject({ outcome: 'accepted' })
    expect(requests.filter(({ path }) => path === '/orders').map(({ key }) => key)).toEqual(['1', '1', '1'])
  })

  it('goes on when the API stays broken for one invoice', async () => {
    const usual = answer
    answer = (request) => (request.key === '1' ? { status: 500, body: 'x' } : usual(request))
    const { fed } = await run(invoice('1', 'order', 1), invoice('2', 'order', 1))
    expect(fed.orders.get('1')).toEqual({
      outcome: 'failed',
      message: 'POST /orders 1: no answer in 8 attempts, the last was 500 "x"',
    })
    expect(fed.orders.get('2')).toMatchObject({ outcome: 'accepted' })
  })

  it('stops when the goods are refused', async () => {
    answer = () => ({ status: 403, body: { message: 'Forbidden' } })
    await expect(run(invoice('1', 'order', 1))).rejects.toThrow(/goods in goods-.* was refused with 403: .*Forbidden/)
  })
})
