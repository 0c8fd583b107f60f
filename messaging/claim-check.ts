/**
 * A contract's bodies may be large. What does not fit its route travels compressed, and what is larger still waits in S3 while the
 * message carries the reference (the pattern's name: claim check). Small bodies travel as they are.
 */
export interface ClaimCheck<Plain extends string = string> {
  /** Fields of the data that stand in every message as they are, for filters. */
  readonly plain: readonly Plain[]
  /** What packs and unpacks: part of a function's code only where such a contract is. */
  runtime(): Promise<typeof import('./runtime/claims.ts')>
}

export interface ClaimCheckOptions<Plain extends string> {
  /** Outermost fields that consumers may filter by (`where`): they are never packed, so keep them small. @default none */
  readonly plain?: readonly Plain[]
}

/**
 * `event('catalogue.Imported', { schema, key, claimCheck: claimCheck({ plain: ['supplier'] }) })`
 *
 * The object is put before the commit and kept for the backbone's `claimDays`, which is longer than any queue holds the message.
 */
export function claimCheck(): ClaimCheck<never>
export function claimCheck<const Plain extends string>(options: ClaimCheckOptions<Plain>): ClaimCheck<Plain>
export function claimCheck({ plain = [] }: ClaimCheckOptions<string> = {}): ClaimCheck {
  return { plain, runtime: () => import('./runtime/claims.ts') }
}
