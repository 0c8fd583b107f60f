import type { AnyAggregate, Loaded } from '../aggregate.ts'
import type { AnyEvent } from '../contract.ts'
import { eventPrefix, headKey } from '../table-layout.ts'
import type { Append, Fact, Ledger } from './ledger.ts'
import { upcast } from './reading.ts'
import type { Item, Table } from './table.ts'
import { validateNow } from './validation.ts'

interface AnyFact {
  readonly type: string
  readonly data: unknown
}

export function readableAggregate(aggregate: AnyAggregate, table: Table) {
  return { load: (id: string) => fold(aggregate, id, table) }
}

/** What a consumer gets of an aggregate. @param publishes names of the events that this consumer may publish */
export function writableAggregate(
  aggregate: AnyAggregate,
  table: Table,
  ledger: Ledger,
  publishes: ReadonlySet<string>,
) {
  const loaded = new Map<string, Loaded<unknown>>()
  /** What was appended without a look is a new stream, or the commit fails. */
  const blind = (id: string): Loaded<unknown> | undefined => {
    const append = ledger.appends.get(appendKey(aggregate, id))
    return append && evolved(aggregate, { state: aggregate.initial(), version: 0 }, append.events)
  }

  return {
    async load(id: string): Promise<Loaded<unknown>> {
      ledger.assertOpen()
      const before = loaded.get(id) ?? blind(id)
      if (before) return before
      const current = await fold(aggregate, id, table)
      ledger.saw({
        key: headKey(aggregate.name, id),
        item: undefined,
        version: current.version || undefined,
        checked: true,
      })
      loaded.set(id, current)
      return current
    },

    append(id: string, facts: readonly AnyFact[]): void {
      ledger.assertOpen()
      const to = appendOf(ledger, aggregate, id, loaded.get(id)?.version ?? 0)
      const added = facts.map((fact) => checked(aggregate, id, fact, publishes))
      for (const fact of added) {
        to.events.push(fact)
        const seq = to.base + to.events.length
        if (!aggregate.events.some((event) => event.name === fact.contract.name)) continue
        ledger.emit({ contract: fact.contract, wire: fact.wire, appended: { to, data: fact.data, seq } })
      }
      const before = loaded.get(id)
      if (before) loaded.set(id, evolved(aggregate, before, added))
    },
  }
}

async function fold(aggregate: AnyAggregate, id: string, table: Table): Promise<Loaded<unknown>> {
  const { pk } = headKey(aggregate.name, id)
  const items = await table.query(pk, eventPrefix, true)
  const facts = items.map((item) => stored(aggregate, item))
  return evolved(aggregate, { state: aggregate.initial(), version: 0 }, facts)
}

function evolved(aggregate: AnyAggregate, from: Loaded<unknown>, facts: readonly Fact[]): Loaded<unknown> {
  const state = facts.reduce<unknown>(
    (current, { contract, data }) => aggregate.evolve(current, { type: contract.name, data } as never),
    from.state,
  )
  return { state, version: from.version + facts.length }
}

function stored(aggregate: AnyAggregate, item: Item): Fact {
  const contract = contractOf(aggregate, item.type?.S ?? '')
  const wire = upcast(contract, Number(item.dataversion?.N), JSON.parse(item.data?.S ?? 'null'))
  return { contract, wire, data: validateNow(contract.schema, wire, `stored ${contract.name} of '${aggregate.name}'`) }
}

function checked(
  aggregate: AnyAggregate,
  id: string,
  { type, data: wire }: AnyFact,
  publishes: ReadonlySet<string>,
): Fact {
  const contract = contractOf(aggregate, type)
  const isPublic = aggregate.events.includes(contract)
  if (isPublic && !publishes.has(type)) throw new TypeError(`'${type}' is not in \`publishes\` of this consumer`)
  const data = validateNow(contract.schema, wire, type)
  // Streams keep the order of one item's changes only: another key would put the event among another item's.
  if (isPublic && contract.ordered && contract.key(data) !== id)
    throw new TypeError(
      `ordered '${type}' has the key '${contract.key(data)}' but is appended to '${aggregate.name}' '${id}'`,
    )
  return { contract, wire, data }
}

function contractOf(aggregate: AnyAggregate, type: string): AnyEvent {
  const contract = [...aggregate.events, ...aggregate.internal].find((candidate) => candidate.name === type)
  if (!contract) throw new TypeError(`'${type}' is no event of the aggregate '${aggregate.name}'`)
  return contract
}

function appendOf(ledger: Ledger, aggregate: AnyAggregate, id: string, base: number): Append {
  const key = appendKey(aggregate, id)
  const append = ledger.appends.get(key) ?? { aggregate, id, base, events: [] }
  ledger.appends.set(key, append)
  return append
}

const appendKey = (aggregate: AnyAggregate, id: string): string => `${aggregate.name}#${id}`
