import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { entryOf, loadModel } from '../../../local/gateway/model.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { valuesOf } from '../../support/from-shape.ts'

/** Whatever a client may send, the answer is the action's or an error of AWS's form: never a defect of ours. */
describe.each(['sns', 'events', 'scheduler', 's3'] as const)('%s', (service) => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await startTestCloud()
  })
  afterAll(() => cloud.stop())

  it('answers generated input in words', { timeout: 60_000 }, async () => {
    const entry = entryOf(service)
    if (!entry) throw new Error(`No model of ${service}`)
    const { operations } = await loadModel(entry)
    for (const [action, { accepts }] of Object.entries(cloud.context.service(service).actions)) {
      const operation = [...operations.values()].find(({ name }) => name === action)
      if (!operation) throw new Error(`${service} has no operation ${action}`)
      await fc.assert(
        fc.asyncProperty(valuesOf(operation.input), async (drawn) => {
          const input = Object.fromEntries(
            Object.entries(drawn as object).filter(([member]) => accepts.includes(member)),
          )
          const error = await cloud.context.call({ caller: cloud.context.administrator, service, action, input }).then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          if (error !== undefined) expect(error).toBeInstanceOf(AwsError)
        }),
        { numRuns: 40, seed: 1 },
      )
    }
  })
})
