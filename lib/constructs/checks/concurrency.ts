import type { System } from '../system.ts'

const WARN_AT = 0.8
/** A relay runs once a shard, of which tables of this size have few, and has a sweeper. */
const RELAY = 2
/** What an endpoint may use at its API's rate is not declared: a share of the account is kept for it. */
const ENDPOINT = 10

/** Executions that the app may have at a time, against what the account allows. */
export function concurrency(system: System): {
  readonly total: number
  readonly problem?: string
  readonly warning?: string
} {
  const limit = system.accountConcurrency
  const consumers = system.consumers.reduce((sum, consumer) => sum + system.wholeConcurrencyOf(consumer), 0)
  const responders = system.services
    .flatMap((service) => service.responders)
    .reduce((sum, { declaration }) => sum + system.boundOf(declaration.concurrency), 0)
  const keepers = system.services.reduce((sum, { breakerKeeper }) => sum + (breakerKeeper?.concurrency ?? 0), 0)
  const relays = system.services.filter((service) => service.relay !== undefined).length * RELAY
  const endpoints = system.services.flatMap((service) => service.endpoints).length * ENDPOINT
  const total = consumers + responders + keepers + relays + endpoints
  const sum = `consumers (${consumers + responders + keepers}), relays (${relays}) and endpoints (${endpoints}) may run ${total} functions at a time`
  const way = 'lower `delivery.concurrency`, or ask AWS for more and set `accountConcurrency`'
  if (total > limit) return { total, problem: `${sum}, over the account's ${limit}: ${way}` }
  if (total > limit * WARN_AT) return { total, warning: `${sum}, over 80 % of the account's ${limit}: ${way}` }
  return { total }
}
