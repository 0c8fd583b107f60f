import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningShop, startShop } from '../e2e/running-shop.ts'
import { type Grant, grantsOf, grantText } from './grants.ts'
import { policiesOf, unreadPolicies } from './policies.ts'
import { Record } from './record.ts'
import { alarming, failing, outage, poison, relaysGiveUp, undelivered } from './scenarios.ts'
import { unnoticed } from './unnoticed.ts'

let shop: RunningShop
let grants: readonly Grant[]
const record = new Record()

beforeAll(async () => {
  shop = await startShop({ watch: (cloud) => record.watch(cloud) })
  grants = policiesOf(shop.cloud, shop.stacks).flatMap(grantsOf)
  for (const scenario of [failing, poison, outage, relaysGiveUp, alarming, undelivered]) await scenario(shop)
})
afterAll(() => shop.stop())

describe('the grants of the shop', () => {
  it('are all those that its templates make', () => {
    expect(unreadPolicies(shop.stacks)).toEqual([])
    expect(grants.length).toBeGreaterThan(400)
  })

  it('are none too many: whichever is removed, something that was allowed is denied', () => {
    const tooMany = grants.filter((grant) => record.needing(grant) === undefined).map(grantText)
    const listed = unnoticed.flatMap((one) => one.grants)
    expect(tooMany.filter((text) => !listed.some((pattern) => pattern.test(text))).sort()).toEqual([])
    expect(listed.filter((pattern) => !tooMany.some((text) => pattern.test(text)))).toEqual([])
  })
})
