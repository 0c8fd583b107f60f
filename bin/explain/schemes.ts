import type { ConsumerDeclaration, StoreDeclaration } from '../../messaging/index.ts'

/** A way a consumer's unit may be committed, and what one message of it costs in DynamoDB. */
export interface SchemeCase {
  readonly scheme: 'none' | 'C0' | 'C' | 'B' | "B'" | 'effect' | 'best-effort'
  /** What a unit does that is committed so. */
  readonly when: string
  /** Writing requests. */
  readonly requests: number
  /**
   * Write units, for items of up to 1 KB, with all that the unit publishes within 1 KB too: a started KB more of an item costs one more
   * (two in a transaction).
   */
  readonly writeUnits: number
  /** What adds to it. */
  readonly plus: readonly string[]
}

const PER_TRANSACTED_ITEM = 2

/** The ways that the declaration leaves open, the cheapest first; which of them it is, each unit decides by what it does. */
export function schemesOf(declaration: ConsumerDeclaration): readonly SchemeCase[] {
  const { stores, publishes, marksIn, effects, outbox, delivery } = declaration
  if (delivery.bestEffort) return [atMostOnce(delivery.bestEffort.sample)]
  const writes = stores.filter(canWrite)
  const appends = stores.filter(({ abilities }) => abilities.includes('append'))
  const doesNothing = !outbox && writes.length + appends.length === 0
  const cases: (SchemeCase | false)[] = [
    {
      scheme: 'none',
      when: doesNothing ? 'always' : 'it writes and publishes nothing',
      requests: 0,
      writeUnits: 0,
      plus: [],
    },
    marksIn !== undefined && atHome(marksIn),
    marksIn === undefined && outbox && onlyPublishes(stores.length > 0),
    appends.length > 0 && appended(publishes.length > 0),
    (writes.length > (marksIn === undefined ? 0 : 1) || (outbox && stores.some(canRead))) && several(outbox),
    effects.length > 0 && outside(effects.map(({ name }) => name)),
  ]
  return cases.filter((one) => one !== false)
}

const canWrite = ({ abilities }: StoreDeclaration): boolean =>
  abilities.includes('save') || abilities.includes('delete')
const canRead = ({ abilities }: StoreDeclaration): boolean =>
  abilities.some((ability) => ability === 'get' || ability === 'getMany' || ability === 'query' || ability === 'load')

const atHome = (store: string): SchemeCase => ({
  scheme: 'C',
  when: `it touches only the item of '${store}' that the message concerns`,
  requests: 1,
  writeUnits: 1,
  plus: ['1 for each started KB of what the item remembers (its ring) and publishes'],
})

const onlyPublishes = (hasStores: boolean): SchemeCase => ({
  scheme: 'C0',
  when: hasStores ? 'it only publishes, and relies on nothing that it read' : 'it publishes',
  requests: 1,
  writeUnits: 1,
  plus: [],
})

const appended = (emits: boolean): SchemeCase => ({
  scheme: "B'",
  when: `it appends an event to one aggregate${emits ? ', which publishes it' : ''}`,
  requests: 1,
  // The mark, the aggregate's head (which carries what leaves) and the event.
  writeUnits: 3 * PER_TRANSACTED_ITEM,
  plus: ['2 for each further event, aggregate and item written', '2 for each item that it read and relies on'],
})

const several = (emits: boolean): SchemeCase => ({
  scheme: 'B',
  when: `it writes one item${emits ? ' and publishes' : ''}`,
  requests: 1,
  // The mark and the item, and the row that carries what leaves.
  writeUnits: (emits ? 3 : 2) * PER_TRANSACTED_ITEM,
  plus: ['2 for each further item written', '2 for each item that it read and relies on'],
})

/** Its mark, before it is handled. */
const atMostOnce = (sample: number): SchemeCase => ({
  scheme: 'best-effort',
  when: sample === 1 ? 'always' : `of ${sample * 100} % of the messages; the others cost nothing here`,
  requests: 1,
  writeUnits: 1,
  plus: [],
})

const outside = (names: readonly string[]): SchemeCase => ({
  scheme: 'effect',
  when: `for each call of ${names.join(', ')}, beside the commit`,
  requests: 2,
  writeUnits: 2,
  plus: ['1 for each renewal of a long call’s lease'],
})

/** What is read for a message, whatever it does. */
export function readsOf({ stores, delivery, outbox }: ConsumerDeclaration): readonly string[] {
  return [
    ...stores.flatMap(({ name, kind, abilities }) => {
      if (kind === 'aggregate') return [`load of ${name}: 1 Query, 1 RCU for each started 4 KB of its events`]
      return abilities.some((ability) => ability !== 'save' && ability !== 'delete')
        ? [`get of ${name}: 1 request, 1 RCU for each started 4 KB`]
        : []
    }),
    ...(delivery.ordered ? ['the state of its groups: 1 BatchGetItem a batch, 1 RCU a group'] : []),
    ...(outbox ? ["the relay's heartbeat: 1 GetItem a minute and worker, 0.5 RCU"] : []),
  ]
}
