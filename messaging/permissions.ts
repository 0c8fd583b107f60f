import type { ConsumerDeclaration, Declaration, StepHandlerDeclaration, StoreDeclaration } from './declaration.ts'
import type { Ability } from './only.ts'
import {
  breakerKey,
  effectKeys,
  markKeys,
  nextKeys,
  outboxKeys,
  parkKeys,
  RELAY,
  rateKey,
  relayKeys,
  replyKeys,
  stepKeys,
  storeKeys,
  timerKeys,
  triesKeys,
} from './table-layout.ts'

/** IAM actions on the service's table, for items whose `pk` matches one of `keys` (`dynamodb:LeadingKeys`, StringLike). */
export interface TableAccess {
  readonly actions: readonly string[]
  readonly keys: readonly string[]
  /** Only as part of this operation (`dynamodb:EnclosingOperation`). @default any */
  readonly within?: 'TransactWriteItems'
}

const ACTIONS: Readonly<Record<Ability, string>> = {
  get: 'dynamodb:GetItem',
  getMany: 'dynamodb:BatchGetItem',
  query: 'dynamodb:Query',
  save: 'dynamodb:PutItem',
  delete: 'dynamodb:DeleteItem',
  load: 'dynamodb:Query',
  append: 'dynamodb:PutItem',
}

/** A unit marks; what used up its attempts in crashes may have been marked all the same. */
const MARK = ['dynamodb:GetItem', 'dynamodb:PutItem']
/** A step's record takes the place of the mark and carries what leaves; when the saga is closed it gets its TTL. */
const STEP = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']
/** Whoever answers a callback changes the step's record. */
const ANSWER = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem']
/** Marks in the items of a store: in the item, and in the chunks that it has spilled. */
const MARK_AT_HOME = [...MARK, 'dynamodb:Query']
/** What leaves is committed together with what was done: an outbox row by itself is nobody's to write. */
const OUTBOX = { actions: ['dynamodb:PutItem'], within: 'TransactWriteItems' } as const
/** Parking adds the message and counts it, both or neither. */
const PARK = { actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'], within: 'TransactWriteItems' } as const
/** What is taken up again, in order, leaves the store and its count. */
const RESUME = { actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'], within: 'TransactWriteItems' } as const
/** The newest event of each aggregate is read before the handler runs, and written with its unit. */
const NEXT = ['dynamodb:GetItem', 'dynamodb:PutItem']
const FIND_PARKED = 'dynamodb:Query'
/** An effect's record is claimed, extended and closed under conditions; a failed one answers with the record. */
const EFFECT = { actions: ['dynamodb:UpdateItem'] } as const
const TIMER = ['dynamodb:GetItem', 'dynamodb:PutItem']
/** Whether a group is parked is asked for all groups of a batch at once. */
const ASK_GROUPS = { actions: ['dynamodb:BatchGetItem'] } as const
/** On a standard queue each message's attempts are counted by themselves. */
const COUNT_TRIES = { actions: ['dynamodb:UpdateItem'] } as const
/** In order, the tries of a group's head are counted too, outside of any transaction. */
const PARK_ORDERED = [RESUME, { actions: [...ASK_GROUPS.actions, 'dynamodb:UpdateItem', FIND_PARKED] }] as const
const PARK_UNORDERED = [{ actions: [...RESUME.actions, 'dynamodb:UpdateItem'], within: 'TransactWriteItems' }] as const

/** A unit whose messages leave by the stream alone asks whether the relay keeps up. */
const ASK_RELAY = { actions: ['dynamodb:GetItem'] } as const
const BEAT = { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] } as const
const SAVE = { actions: ['dynamodb:BatchWriteItem', 'dynamodb:Query', 'dynamodb:DeleteItem'] } as const

/** Exactly what the runtime of a declared handler does to the table: there is no action for a transaction as such. */
export function tableAccessOf(declaration: Declaration): readonly TableAccess[] {
  const reads = () =>
    declaration.stores.map(({ name, abilities }) => ({ actions: actionsOf(abilities), keys: storeKeys(name) }))
  if (declaration.kind === 'endpoint') return reads()
  if (declaration.kind === 'responder') return [{ actions: ['dynamodb:PutItem'], keys: replyKeys }, ...reads()]
  if (declaration.kind === 'step')
    return [
      { actions: STEP, keys: stepKeys(declaration.step.name) },
      ...declaration.effects.map(({ name }) => ({ ...EFFECT, keys: effectKeys(name) })),
      ...declaration.stores.map((store) => storeAccess(declaration, store)),
    ]
  const { answers, id, delivery, effects, marksIn, outbox, stores } = declaration
  if (delivery.bestEffort) return [{ actions: ['dynamodb:PutItem'], keys: markKeys(id) }, ...reads()]
  return [
    ...(marksIn === undefined ? [{ actions: MARK, keys: markKeys(id) }] : []),
    ...(outbox ? [{ ...OUTBOX, keys: outboxKeys(id) }] : []),
    ...(delivery.ordered ? PARK_ORDERED : PARK_UNORDERED).map((access) => ({ ...access, keys: parkKeys(id) })),
    ...answers.map((step) => ({ actions: ANSWER, keys: stepKeys(step) })),
    ...effects.map(({ name }) => ({ ...EFFECT, keys: effectKeys(name) })),
    ...stores.map((store) => storeAccess(declaration, store)),
    ...timerAccess(declaration),
    ...gateAccess(declaration),
    ...(delivery.ordered
      ? []
      : [
          { ...COUNT_TRIES, keys: triesKeys(id) },
          { actions: [FIND_PARKED], keys: parkKeys(id) },
          ...(delivery.expectNext ? [{ actions: NEXT, keys: nextKeys(id) }] : []),
        ]),
    ...(outbox || delivery.delayedRetries ? [{ ...ASK_RELAY, keys: relayKeys }] : []),
  ]
}

/** A breaker is looked at and moved on; of a rate, tokens are taken. */
function gateAccess({ id, delivery: { breaker, rate } }: ConsumerDeclaration): readonly TableAccess[] {
  return [
    ...(breaker
      ? [{ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], keys: [breakerKey(breaker.name ?? id).pk] }]
      : []),
    ...(rate ? [{ actions: ['dynamodb:UpdateItem'], keys: [rateKey(rate.name ?? id).pk] }] : []),
  ]
}

/** Who handles a timer reads it and closes it; who sets and cancels it may also rely on what it found. */
function timerAccess({ on, sends }: ConsumerDeclaration): readonly TableAccess[] {
  const handled = on === 'every event' ? [] : on.filter(({ timer }) => timer)
  const own = sends.filter(({ timer }) => timer)
  return [
    ...handled.map(({ name }) => ({ actions: TIMER, keys: timerKeys(name) })),
    ...own.map(({ name }) => ({ actions: [...TIMER, 'dynamodb:ConditionCheckItem'], keys: timerKeys(name) })),
  ]
}

/** The relay parks what can never be published; of what must leave in order it asks first whether the group is parked. */
export function relayTableAccess(ships: { readonly ordered: boolean }): readonly TableAccess[] {
  const parks = [PARK, ...(ships.ordered ? [ASK_GROUPS] : [])].map((access) => ({ ...access, keys: parkKeys(RELAY) }))
  return [...parks, { ...BEAT, keys: relayKeys }]
}

/** What an operator takes up leaves the relay's park store: the relay does it, its sweeper does not. */
export const relayOperatorAccess: readonly TableAccess[] = [
  { actions: ['dynamodb:DeleteItem'], within: 'TransactWriteItems', keys: parkKeys(RELAY) },
  { actions: [FIND_PARKED], keys: parkKeys(RELAY) },
]

/** The sweeper does as the relay does, and keeps what cannot leave yet. */
export function sweeperTableAccess(ships: { readonly ordered: boolean }): readonly TableAccess[] {
  return [
    ...relayTableAccess(ships),
    { ...SAVE, keys: relayKeys },
    { actions: ['dynamodb:Query'], keys: outboxKeys('*') },
  ]
}

function storeAccess(
  declaration: ConsumerDeclaration | StepHandlerDeclaration,
  { name, kind, abilities }: StoreDeclaration,
): TableAccess {
  const reads = abilities.some((ability) => READS.includes(ability))
  // A unit that appends writes the very head that it read, and where it does nothing else it has nothing else to guard.
  const elsewhere =
    kind === 'store' || declaration.kind === 'step' || declaration.outbox || declaration.stores.length > 1
  const guards = reads && elsewhere ? ['dynamodb:ConditionCheckItem'] : []
  const marks = declaration.kind !== 'step' && declaration.marksIn === name ? MARK_AT_HOME : []
  return { actions: [...new Set([...actionsOf(abilities), ...guards, ...marks])], keys: storeKeys(name) }
}

const READS: readonly Ability[] = ['get', 'getMany', 'query', 'load']

const actionsOf = (abilities: readonly Ability[]): readonly string[] => abilities.map((ability) => ACTIONS[ability])
