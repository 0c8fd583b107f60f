import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'

/** Raise it to search longer: MALFORMED=20000 npx vitest run test/local/gateway/malformed.test.ts */
const RUNS = Number(process.env.MALFORMED ?? 400)

const targets = [
  'AmazonSQS.SendMessage',
  'AmazonSQS.CreateQueue',
  'AmazonSQS.ReceiveMessage',
  'AmazonSQS.NoSuchAction',
  'AWSEvents.PutEvents',
  'AWSEvents.PutRule',
  'DynamoDB_20120810.PutItem',
  'DynamoDB_20120810.Query',
  'TrentService.Encrypt',
  'AmazonSSM.PutParameter',
  'Logs_20140328.PutLogEvents',
  'NoSuchService.Action',
]
const scopes = ['sqs', 'sns', 'events', 'dynamodb', 'lambda', 'iam', 'sts', 's3', 'execute-api', 'nothing']
const names = [
  'QueueUrl',
  'QueueName',
  'MessageBody',
  'Entries',
  'TableName',
  'Item',
  'Key',
  'Name',
  'KeyId',
  'Attributes',
]

const json = fc.oneof(
  fc.json(),
  fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 })).map((body) => JSON.stringify(body)),
)
/** A body, cut off somewhere or not at all. */
const body = fc
  .tuple(fc.oneof(json, fc.string()), fc.option(fc.nat(40)))
  .map(([text, cut]) => (cut === null ? text : text.slice(0, cut)))
const authorization = fc
  .constantFrom(...scopes)
  .map(
    (scope) =>
      `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${scope}/aws4_request, SignedHeaders=host, Signature=0`,
  )

const request = fc.oneof(
  fc.record({ kind: fc.constant('json' as const), target: fc.constantFrom(...targets), body, authorization }),
  fc.record({
    kind: fc.constant('query' as const),
    action: fc.constantFrom('SendMessage', 'Publish', 'CreateRole', 'AssumeRole', 'Nonsense', ''),
    body: fc.webQueryParameters(),
    authorization,
  }),
  fc.record({
    kind: fc.constant('rest' as const),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
    path: fc.constantFrom(
      '/2015-03-31/functions/x/invocations',
      '/2015-03-31/functions/%zz',
      '/',
      '/schedules/a',
      '/../..',
      '/_aws/execute-api/x',
    ),
    body,
    authorization,
  }),
  fc.record({
    kind: fc.constant('cbor' as const),
    path: fc.constantFrom(
      '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      '/service/X/operation/Y',
      '/service',
    ),
    body: fc.uint8Array({ maxLength: 60 }),
    authorization,
  }),
)

describe('malformed requests', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await startTestCloud()
  })
  afterAll(() => cloud.stop())

  const send = (drawn: typeof request extends fc.Arbitrary<infer T> ? T : never): Promise<Response> => {
    const { authorization } = drawn
    if (drawn.kind === 'json')
      return fetch(cloud.endpoint, {
        method: 'POST',
        headers: { authorization, 'x-amz-target': drawn.target, 'content-type': 'application/x-amz-json-1.0' },
        body: drawn.body,
      })
    if (drawn.kind === 'query')
      return fetch(cloud.endpoint, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: `Action=${drawn.action}&${drawn.body}`,
      })
    if (drawn.kind === 'cbor')
      return fetch(cloud.endpoint + drawn.path, {
        method: 'POST',
        headers: { authorization, 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
        body: Buffer.from(drawn.body),
      })
    return fetch(cloud.endpoint + drawn.path, {
      method: drawn.method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(drawn.method === 'GET' ? {} : { body: drawn.body }),
    })
  }

  it('are answered with an error of AWS form, never with a crash or silence', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(request, async (drawn) => {
        const response = await send(drawn)
        const text = await response.text()
        expect(response.headers.get('x-amzn-requestid') ?? response.headers.get('apigw-requestid')).toBeTruthy()
        expect(response.status, text).toBeLessThan(500)
        if (response.status >= 400) expect(response.headers.get('x-amzn-errortype') ?? text).toMatch(/\w/)
      }),
      { numRuns: RUNS, seed: 7 },
    )
    const alive = await fetch(cloud.endpoint, { method: 'POST' })
    expect(alive.status).toBe(404)
  })

  it.each([
    ['maps', '{"M":{"a":', '}}'],
    ['lists', '{"L":[', ']}'],
  ])('are refused where %s are nested deeper than can be read', async (_kind, open, close) => {
    const value = `${open.repeat(100_000)}{"S":"x"}${close.repeat(100_000)}`
    const response = await fetch(cloud.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-type': 'application/x-amz-json-1.0' },
      body: `{"TableName":"t","Item":{"pk":{"S":"a"},"v":${value}}}`,
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ message: 'The request is nested too deeply to be read.' })
  })

  it('are refused above the largest body, with the limit', async () => {
    const response = await fetch(cloud.endpoint, { method: 'POST', body: Buffer.alloc(13 * 1024 * 1024) })
    expect(response.status).toBe(413)
    expect(await response.text()).toMatch(/at most 12582912/)
  })
})
