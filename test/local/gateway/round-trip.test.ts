import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog } from '../../../local/gateway/catalog.ts'
import type { Dispatched, Dispatcher } from '../../../local/gateway/dispatch.ts'
import { loadModel, type Operation } from '../../../local/gateway/model.ts'
import { Gateway } from '../../../local/gateway/server.ts'
import { createKernel } from '../../../local/kernel/kernel.ts'
import { valuesOf } from '../../support/from-shape.ts'

/** Operations whose answers are event streams, which the local cloud refuses. */
const streaming = new Set(['InvokeWithResponseStream', 'StartLiveTail', 'SubscribeToShard', 'GetLogObject'])

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
        md5: false,
        useQueueUrlAsEndpoint: false,
      })
      for (const operation of model.operations.values()) {
        if (streaming.has(operation.name)) continue
        const Command = exported[`${operation.name}Command`] as unknown as new (input: unknown) => unknown
        await fc.assert(
          fc.asyncProperty(valuesOf(operation.input), valuesOf(operation.output), async (input, output) => {
            answer = output as Record<string, unknown>
            const { $metadata, ...result } = await client.send(new Command(input))
            expect(received?.service).toBe(name)
            expect(received?.action).toBe(operation.name)
            expect(comparable(received?.input)).toMatchObject(comparable(input) as object)
            for (const name of statusMembers(operation)) delete result[name]
            if (hasBody(operation)) expect(comparable(result)).toEqual(comparable(output))
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
