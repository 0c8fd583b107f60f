import { describe, expect, it } from 'vitest'
import { dataText, withData } from '../../../bin/dlq/packed.ts'
import { claimCheck, event } from '../../../messaging/index.ts'
import { packed } from '../../../messaging/runtime/packing.ts'
import type { StandardSchema } from '../../../messaging/standard-schema.ts'
import { envelope } from '../../messaging/support.ts'

const schema: StandardSchema<{ readonly text: string }> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as { text: string } }) },
}
const Large = event('orders.OrderPlaced', { schema, key: () => 'k', claimCheck: claimCheck() })
const sender = { id: 'test', bucket: () => Promise.reject(new Error('nothing is to be put')) }
const referring = envelope({ data: {}, dataref: 's3://b/claims/k', datasize: 5_000_000, datahash: 'h' })

describe('a letter whose body is packed', () => {
  it('is shown with its data, or with the place of its data', async () => {
    const data = { text: 'again '.repeat(1_000) }
    const { envelope: compressed } = await packed(Large, envelope({ data }), sender)
    expect(compressed.data).toEqual({})
    expect(await dataText(compressed)).toBe(JSON.stringify(data))
    expect(await dataText(referring)).toBe('{} and the whole in s3://b/claims/k (5000000 bytes)')
  })

  it('is edited as a whole: the copy refers to nothing', () => {
    expect(withData(referring, { text: 'mended' })).toEqual(envelope({ data: { text: 'mended' } }))
  })
})
