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

  it('are none too many: whichever is removed, something that was allowed is denied, save those that are listed', () => {
    const tooMany = grants
      .filter((grant) => record.needing(grant) === undefined)
      .map((grant) => steady(grantText(grant)))
    const listed = unnoticed.flatMap((one) => one.grants)
    expect(repeated(tooMany)).toEqual([])
    expect(repeated(listed)).toEqual([])
    expect({
      notListed: tooMany.filter((text) => !listed.includes(text)).sort(),
      neededAfterAll: listed.filter((text) => !tooMany.includes(text)),
    }).toEqual({ notListed: [], neededAfterAll: [] })
  })
})

/** Without the suffixes of generated names: `SagaRoleA6C5171F-1NTGM2NFEB1Q` is `SagaRole`. */
const steady = (text: string): string => text.replace(/[0-9A-F]{8}-[0-9A-Z]{12,13}(?=:)/g, '')

const repeated = (texts: readonly string[]): string[] => texts.filter((text, index) => texts.indexOf(text) !== index)
