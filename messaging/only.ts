import type { AnyAggregate } from './aggregate.ts'
import type { AnyStore } from './store.ts'

const STORE = ['get', 'getMany', 'query', 'save', 'delete'] as const
const AGGREGATE = ['load', 'append'] as const

/** What a handler does with a store or an aggregate. */
export type Ability = StoreAbility | AggregateAbility
type StoreAbility = (typeof STORE)[number]
type AggregateAbility = (typeof AGGREGATE)[number]

/** A store or an aggregate as one handler uses it. */
export type Only<S, A extends Ability> = S & { readonly only: readonly A[] }

/** `Handle` without what `only` leaves out. */
export type Left<S, Handle> = S extends { readonly only: readonly (infer A)[] }
  ? Pick<Handle, Extract<A, keyof Handle>>
  : Handle

/**
 * Narrows a store or an aggregate to what a handler does with it: its unit has nothing else, and its role may do nothing else.
 * `stores: { stock: only(stock, 'getMany', 'save') }`
 *
 * @throws TypeError for an ability that it does not have
 */
export function only<S extends AnyStore, const A extends StoreAbility>(store: S, ...abilities: A[]): Only<S, A>
export function only<S extends AnyAggregate, const A extends AggregateAbility>(
  aggregate: S,
  ...abilities: A[]
): Only<S, A>
export function only(kept: AnyStore | AnyAggregate, ...abilities: Ability[]): object {
  const strange = abilities.filter((ability) => !allAbilities(kept.kind).includes(ability))
  if (strange.length > 0)
    throw new TypeError(`'${kept.name}' cannot ${strange.join(', ')}; it can ${allAbilities(kept.kind).join(', ')}`)
  return { ...kept, only: abilities }
}

const allAbilities = (kind: 'store' | 'aggregate'): readonly Ability[] => (kind === 'store' ? STORE : AGGREGATE)

/** @param access an endpoint, which commits nothing, reads only */
export function abilitiesOf(kept: AnyStore | AnyAggregate, access: 'read' | 'write'): readonly Ability[] {
  const writes: readonly Ability[] = ['save', 'delete', 'append']
  const declared = (kept as Partial<Only<object, Ability>>).only ?? allAbilities(kept.kind)
  return declared.filter((ability) => access === 'write' || !writes.includes(ability))
}

/** A unit's handle of it, with the abilities that are declared. */
export function narrowed(handle: object, kept: AnyStore | AnyAggregate, access: 'read' | 'write'): object {
  const abilities = new Set<string>(abilitiesOf(kept, access))
  return Object.fromEntries(Object.entries(handle).filter(([name]) => abilities.has(name)))
}
