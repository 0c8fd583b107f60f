import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimCheck, command, consumer, event, TooLarge } from '../../messaging/index.ts'
import { bodyOf } from '../../messaging/runtime/outgoing.ts'
import { dataOf, packed } from '../../messaging/runtime/packing.ts'
import type { StandardSchema } from '../../messaging/standard-schema.ts'
import { envelope } from './support.ts'

const schema: StandardSchema<unknown, { readonly country: string }> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as { country: string } }) },
}
const key = () => 'k'
const plainly = event('orders.OrderPlaced', { schema, key })
const large = event('orders.OrderPlaced', { schema, key, claimCheck: claimCheck() })
/** What is put anywhere fails the test. */
const sender = { id: 'test', bucket: () => Promise.reject(new Error('nothing is to be put')) }
const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

describe('F6: compression', () => {
  it('gives back any JSON as it was, and never makes a message larger', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      // Repetitive, as bodies are; and random, as keys and hashes are.
      fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.nat(300)).map(([one, times]) => one.repeat(times)),
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    )
    const body = fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(text, fc.jsonValue(), fc.array(text)), {
      noNullPrototype: true,
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, fc.jsonValue(), fc.array(text)), async (data) => {
        const whole = envelope({ data })
        const { envelope: travelling, body: sent } = await packed(large, whole, sender)
        expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(sizeOf(whole))
        const received = JSON.parse(sent)
        expect(received).toEqual(JSON.parse(JSON.stringify(travelling)))
        expect(await dataOf(large, received)).toEqual(JSON.parse(JSON.stringify(data)))
      }),
      { numRuns: 150, seed: 6 },
    )
  })

  it('is left out where it would not pay: base64 takes a third back', async () => {
    const random = createHash('shake256', { outputLength: 3_000 }).update('a').digest('base64')
    const small = await packed(large, envelope({ data: { a: 'x'.repeat(100) } }), sender)
    expect(small.envelope.datapacked).toBeUndefined()
    const noise = await packed(large, envelope({ data: { random } }), sender)
    const repetitive = await packed(large, envelope({ data: { text: 'again '.repeat(2_000) } }), sender)
    expect(repetitive.body.length).toBeLessThan(1_000)
    expect(noise.body.length).toBeLessThanOrEqual(sizeOf(envelope({ data: { random } })))
  })

  it('keeps the fields that filters look at plain', async () => {
    const filtered = event('orders.OrderPlaced', {
      schema: schema as StandardSchema<{ country: string; lines: string }, { country: string }>,
      key,
      claimCheck: claimCheck({ plain: ['country'] }),
    })
    const data = { country: 'France', lines: 'again '.repeat(2_000) }
    const { envelope: travelling } = await packed(filtered, envelope({ data }), sender)
    expect(travelling.data).toEqual({ country: 'France' })
    expect(travelling.dataencoding).toBe('gzip')
    consumer(import.meta, { id: 'orders.a', on: filtered, where: { country: ['France'] } }, () => {})
    expect(() => consumer(import.meta, { id: 'orders.a', on: filtered, where: { lines: ['x'] } }, () => {})).toThrow(
      "where: 'lines' may be packed away: name it in the contract's claimCheck({ plain })",
    )
    // @ts-expect-error there is no such field
    event('orders.OrderPlaced', { schema: filtered.schema, key, claimCheck: claimCheck({ plain: ['nothing'] }) })
  })
})

describe('a contract without claimCheck', () => {
  it('says what to declare when a message is too large', () => {
    const whole = envelope({ data: 'x'.repeat(300_000) })
    expect(() => bodyOf(plainly, whole)).toThrow(TooLarge)
    expect(() => bodyOf(plainly, whole)).toThrow('send less, or give its contract `claimCheck: claimCheck()`')
  })

  it('keeps a packed message until its consumer can read it', async () => {
    const { envelope: travelling } = await packed(large, envelope({ data: 'again '.repeat(2_000) }), sender)
    await expect(dataOf(plainly, travelling)).rejects.toMatchObject({ kind: 'park', code: 'NewerVersion' })
  })
})

it('a command that may be delayed for days cannot have large bodies: the object could be gone by then', () => {
  expect(() => command('orders.Remind', { schema, key, claimCheck: claimCheck(), maxDelay: '2d' })).toThrow(
    'claimCheck and maxDelay 2d',
  )
})
