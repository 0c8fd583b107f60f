import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dispatched } from '../../../local/gateway/call.ts'
import { catalog } from '../../../local/gateway/catalog.ts'
import type { Dispatcher } from '../../../local/gateway/dispatch.ts'
import { loadModel, type Operation } from '../../../local/gateway/model.ts'
import { Gateway } from '../../../local/gateway/server.ts'
import { createKernel } from '../../../local/kernel/kernel.ts'
import type { CloudContext } from '../../../local/service.ts'
import { createS3 } from '../../../local/services/s3/index.ts'
import { valuesOf } from '../../support/from-shape.ts'

/** Operations whose answers are streams: of events, which the local cloud refuses, or of an object's bytes. */
const streaming = new Set([
  'GetObject',
  'PutObject',
  'InvokeWithResponseStream',
  'StartLiveTail',
  'SubscribeToShard',
  'GetLogObject',
])

/** Of S3 only what the local cloud simulates: the rest has forms that no other service uses. */
const s3Actions = createS3({ kernel: createKernel() } as CloudContext).actions
const isLeftOut = (service: string, operation: string): boolean =>
  streaming.has(operation) || (service === 's3' && !(operation in s3Actions))

/** Members of S3's that its client computes or verifies, and those that its own tests hold: streams, and names in lower case. */
const computed = /SSECustomer|^Checksum|^ContentMD5$|^ContentLength$|^Expires|^Body$|^Metadata$/
const drawn = (service: string, values: unknown, members?: readonly string[]): object =>
  Object.fromEntries(
    Object.entries(values as object).filter(
      ([member]) => service !== 's3' || (!computed.test(member) && (members?.includes(member) ?? true)),
    ),
  )

type AnyClient = { send(command: unknown): Promise<Record<string, unknown>>; destroy(): void }

describe('the wire, through the real SDK clients', () => {
  let received: Dispatched | undefined
  let answer: Record<string, unknown> = {}
  const dispatcher = {
    run: (request: Dispatched) => {
      received = request
      return Promise.resolve(answer)
    },
  } as unknown as Dispatcher
  const kernel = createKernel()
  const gateway = new Gateway({
    kernel,
    region: 'us-east-1',
    dispatcher,
    callerOf: (arn) => ({ kind: 'administrator', arn, userId: arn }),
    httpServices: [],
  })
  let port = 0
  beforeAll(async () => {
    port = await gateway.listen(0)
  })
  afterAll(() => gateway.close())

  it.each(catalog.map((entry) => [entry.name, entry] as const))(
    'carries every input and output of %s unchanged',
    async (name, entry) => {
      const model = await loadModel(entry)
      const exported = (await entry.load?.()) as Record<string, new (options: object) => AnyClient>
      const Client = exported[entry.client] as new (options: object) => AnyClient
      const client = new Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
        maxAttempts: 1,
        disableHostPrefix: true,
        useQueueUrlAsEndpoint: false,
        ...(name === 's3' ? {} : { md5: false }),
      })
      for (const operation of model.operations.values()) {
        if (isLeftOut(name, operation.name)) continue
        const Command = exported[`${operation.name}Command`] as unknown as new (input: unknown) => unknown
        await fc.assert(
          fc.asyncProperty(valuesOf(operation.input), valuesOf(operation.output), async (input0, output0) => {
            const input = drawn(name, input0, s3Actions[operation.name]?.accepts)
            const output = drawn(name, output0)
            answer = output as Record<string, unknown>
            const { $metadata, ...result } = await client.send(new Command(input))
            expect(received?.service).toBe(name)
            expect(received?.action).toBe(operation.name)
            expect(comparable(received?.input)).toMatchObject(comparable(input) as object)
            for (const name of statusMembers(operation)) delete result[name]
            if (hasBody(operation)) expect(comparable(drawn(name, result))).toEqual(comparable(output))
          }),
          { numRuns: 4, seed: 42 },
        )
      }
      client.destroy()
    },
  )
})

const hasBody = (operation: Operation): boolean => operation.output.kind === 'structure'

/** Members that the client fills from the HTTP status. */
const statusMembers = (operation: Operation): string[] =>
  operation.output.kind === 'structure'
    ? [...operation.output.members.values()]
        .filter((member) => member.traits.httpResponseCode)
        .map((member) => member.name)
    : []

/** SDK clients wrap some values (string-like payloads, union markers); compare what they carry. */
function comparable(value: unknown): unknown {
  if (value instanceof Date || value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (value instanceof String) return value.valueOf()
  if (Array.isArray(value)) return value.map(comparable).filter((element) => !isEmpty(element))
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, element]) => [key, comparable(element)] as const)
      .filter(([, element]) => !isEmpty(element)),
  )
}

/** The Query protocol cannot tell an empty structure from an absent one. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0
