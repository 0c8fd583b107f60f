import { type Duration, milliseconds } from './duration.ts'
import { assertStoreName } from './table-layout.ts'

/** Asks the provider what became of the request under `key`. `undefined`: it has never heard of it. */
export type Lookup<Result> = (key: string, signal: AbortSignal) => Promise<Result | undefined>

/** Takes back the request under `key` at the provider, or keeps it from ever happening. Asked twice it does nothing more. */
export type Cancel = (key: string, signal: AbortSignal) => Promise<void>

interface Common {
  /**
   * How long a worker may be silent before another takes over. It is extended while the call runs. Longer is safer for
   * calls without a provider's key, shorter is faster after a crash.
   * @default 30s
   */
  readonly lease?: Duration
}

/** The provider takes a key and does the same request once. */
interface KeyedOptions<Result> extends Common {
  readonly onUnknown?: never
  readonly lookup?: Lookup<Result>
  readonly cancel?: Cancel
}

/** The provider takes no key, so after a crash nobody knows whether it acted. */
interface UnkeyedOptions extends Common {
  /** `again`: doing it twice is harmless. `park`: an operator finds out. */
  readonly onUnknown: 'again' | 'park'
  readonly lookup?: never
  readonly cancel?: never
}

interface AskedOptions<Result> extends Common {
  /** The provider, which takes no key, can be asked by `lookup`. */
  readonly onUnknown: 'ask'
  readonly lookup: Lookup<Result>
  readonly cancel?: never
}

type EffectOptions<Result = unknown> = KeyedOptions<Result> | UnkeyedOptions | AskedOptions<Result>

/** Something that a service does to the outside, once: a charge, a letter. */
export interface Effect<Name extends string, Options extends EffectOptions> {
  readonly kind: 'effect'
  readonly name: Name
  readonly options: Options
  /** Milliseconds. */
  readonly lease: number
  /** What carries it out: part of a function's code only where an effect is declared. */
  runtime(): Promise<typeof import('./runtime/effects.ts')>
}

export type AnyEffect = Effect<string, EffectOptions>

/** Effects by the name they are called by. */
export type Effects = Readonly<Record<string, AnyEffect>>

/**
 * Declares an effect. All consumers of a service that declare it share its records, so that one can compensate what another did.
 * A provider without keys must be declared with `onUnknown`.
 */
export function effect<const N extends string>(name: N): Effect<N, Record<never, never>>
export function effect<const N extends string, const O extends EffectOptions>(name: N, options: O): Effect<N, O>
export function effect(name: string, options: EffectOptions = {}): AnyEffect {
  assertStoreName(name)
  const lease = milliseconds(options.lease ?? '30s')
  if (lease < 1_000) throw new RangeError(`effect '${name}': lease ${options.lease} must be at least 1s`)
  return { kind: 'effect', name, options, lease, runtime: () => import('./runtime/effects.ts') }
}

/** What a lookup tells, where there is one. */
type Told<O> = O extends { readonly lookup: Lookup<infer Result> } ? Result : unknown

type Call<O> = O extends { readonly onUnknown: string }
  ? (signal: AbortSignal) => Promise<Told<O>>
  : (key: string, signal: AbortSignal) => Promise<Told<O>>

/** TypeScript accepts a function of fewer parameters: one that leaves the key out is refused by their count. */
type WithKey<O, F extends (...args: never[]) => unknown> = O extends { readonly onUnknown: string }
  ? unknown
  : Parameters<F>['length'] extends 0
    ? { 'error: the idempotency key is missing: take it as the first parameter and give it to the provider': never }
    : unknown

type IsCompensable = { readonly lookup: unknown } | { readonly cancel: unknown }

/** Where another handler may have to compensate, both must be able to name the key. */
type KeyArguments<O> = O extends IsCompensable ? [options: KeyOption] : [options?: KeyOption]

interface KeyOption {
  /** Of the business, such as an order's id; the provider gets it as it is. @default made of (consumer, message, effect) */
  readonly key: string
}

/** With a `cancel` the provider is told the key; else what was found is undone, under a key of its own. */
type UndoArguments<O> = O extends { readonly cancel: Cancel }
  ? []
  : O extends { readonly lookup: Lookup<infer Result> }
    ? [undo: (found: Result, undoKey: string, signal: AbortSignal) => Promise<unknown>]
    : [{ 'error: it declares neither `lookup` nor `cancel`: nobody could tell whether it happened': never }]

/** `never done`: there was nothing to undo, and a late call under the key is refused from now on. */
export type Compensation = 'undone' | 'never done'

// biome-ignore lint/complexity/noBannedTypes: the unit without an ability is an object without that member, which is `{}`
type Nothing = {}

/** What the unit of a handler with effects has. Both take effect at once, whatever becomes of the unit. */
export type Effecting<E extends Effects> = [keyof E] extends [never]
  ? Nothing
  : {
      /**
       * Calls the outside once and keeps its answer as JSON: a repeated message gets the answer without a call. Where a worker died
       * in the middle, the call is made again under the same key, unless `lookup` finds its answer or `onUnknown` says otherwise.
       * The call must throw when it does not know what the provider did, and `NotPerformed` where that was nothing.
       *
       * @throws Retry while another worker is at it; Dead where it has been compensated; Park by `onUnknown`; what the call throws
       */
      effect<N extends keyof E & string, F extends Call<E[N]['options']>>(
        name: N,
        call: F & WithKey<E[N]['options'], F>,
        ...options: KeyArguments<E[N]['options']>
      ): Promise<Awaited<ReturnType<F>>>
      /** Undoes the effect under `key`, once, or bars it where it was never begun. @throws Retry while a worker is at it */
      compensate<N extends keyof E & string>(
        name: N,
        key: string,
        ...undo: UndoArguments<E[N]['options']>
      ): Promise<Compensation>
    }
