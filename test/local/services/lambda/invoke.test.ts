import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction, invoke } from './support/function.ts'

describe('Invoke', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await startTestCloud({ clock: 'real' })
  })
  afterAll(() => cloud.stop())

  test('answers what the handler returns', async () => {
    await createFunction(cloud, 'echo', 'export const handler = async (event) => ({ got: event })')
    expect(await invoke(cloud, 'echo', { a: 1 })).toMatchObject({
      payload: { got: { a: 1 } },
      error: undefined,
      version: '$LATEST',
    })
  })
})
