import type { ConsumerDeclaration } from '../../messaging/index.ts'
import { claimsOf } from './claims.ts'
import { type Limit, limitsOf } from './limits.ts'
import { type Quota, quotasOf } from './quotas.ts'
import { type RouteOf, routesOf } from './route.ts'
import { readsOf, type SchemeCase, schemesOf } from './schemes.ts'

/** What follows from one consumer's declaration. */
export interface Explanation {
  readonly id: string
  readonly kind: ConsumerDeclaration['kind']
  readonly schemes: readonly SchemeCase[]
  readonly reads: readonly string[]
  /** What bodies that wait in S3 cost. */
  readonly claims: readonly string[]
  readonly routes: readonly RouteOf[]
  /** Contracts that leave with its units. */
  readonly emits: readonly string[]
  readonly limits: readonly Limit[]
  readonly quotas: readonly Quota[]
}

export function explanationOf(
  declaration: ConsumerDeclaration,
  { app, defaultConcurrency }: { readonly app: string; readonly defaultConcurrency: number },
): Explanation {
  const { id, kind, publishes, sends, starts } = declaration
  return {
    id,
    kind,
    schemes: schemesOf(declaration),
    reads: readsOf(declaration),
    claims: claimsOf(declaration),
    routes: routesOf(app, declaration),
    emits: [...publishes.map(({ name }) => name), ...sends.map(({ name }) => name), ...starts],
    limits: limitsOf(declaration, defaultConcurrency),
    quotas: quotasOf(declaration),
  }
}
