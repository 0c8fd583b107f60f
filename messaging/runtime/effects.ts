import type { AnyEffect, Compensation, Effects } from '../effect.ts'
import { Dead, NotPerformed, Park, Retry } from '../failure.ts'
import { EFFECT_LIFETIME_SECONDS, effectKey, type TableKey } from '../table-layout.ts'
import type { EffectRecord, EffectRecords, Hold, Written } from './effect-record.ts'

export { openEffectRecords } from './effect-record.ts'

import { digest } from './ids.ts'
import { whileLeased } from './lease.ts'
import type { Ledger } from './ledger.ts'
import { assertItemFits } from './limits.ts'
import type { Ports } from './ports.ts'

/** What the effects of one unit need. */
export interface EffectTools {
  readonly records: EffectRecords
  readonly ports: Ports
  readonly consumerId: string
  /** Id of the message. */
  readonly causeId: string
  /** Of a saga's step: told of each record that it uses. Such records live until the saga is closed, and a while. */
  readonly noted?: (record: TableKey) => void
}

/** What a record holds beside its answer, at most: keys of 2 KB, and the rest. */
const RECORD_BYTES = 4_096

type Call = (...args: readonly unknown[]) => Promise<unknown>

/** `unit.effect` and `unit.compensate`, as far as the handler declares effects. */
export function effectAbilities(effects: Effects, tools: EffectTools, ledger: Ledger): object {
  const named = new Map(Object.entries(effects))
  const declared = (name: string): AnyEffect => {
    ledger.assertOpen()
    const effect = named.get(name)
    if (!effect) throw new TypeError(`'${name}' is not in \`effects\` of this consumer`)
    return effect
  }
  const unkeyed = new Set<string>()
  if (named.size === 0) return {}
  return {
    effect: async (name: string, call: Call, options?: { readonly key: string }) => {
      const effect = declared(name)
      // The second would be answered with what the first one got, and never happen.
      if (options === undefined && unkeyed.has(name))
        throw new TypeError(`effect '${name}' twice in one unit: give each call a \`key\` of its own`)
      if (options === undefined) unkeyed.add(name)
      return perform(effect, call, options?.key, tools, ledger.signal)
    },
    compensate: async (name: string, key: string, undo?: Call) =>
      compensate(declared(name), key, undo, tools, ledger.signal),
  }
}

async function perform(
  effect: AnyEffect,
  call: Call,
  businessKey: string | undefined,
  { records, ports, consumerId, causeId, noted }: EffectTools,
  signal: AbortSignal,
): Promise<unknown> {
  const key = businessKey ?? digest(consumerId, causeId, effect.name)
  const hold = holdOn(effect, key, ports)
  const now = ports.now()
  noted?.(hold.key)
  // Under the message's own id nobody asks again once it is too old to be handled.
  const forgetAt = businessKey === undefined && !noted ? Math.floor(now / 1000) + EFFECT_LIFETIME_SECONDS : undefined
  const claim = ownedOf(await records.claim(hold, now, now + effect.lease, forgetAt), hold)
  if ('refused' in claim) return settled(effect, key, claim.refused, now)
  const work = async (alive: AbortSignal) => {
    if (claim.held.runs > 1) {
      const found = await outcomeOf(effect, key, alive)
      if (found !== undefined) return found
    }
    return effect.options.onUnknown === undefined ? call(key, alive) : call(alive)
  }
  const leased = { hold, records, ports, lease: effect.lease, signal, until: claim.held.leaseUntil }
  let result: string | undefined
  try {
    result = JSON.stringify(await whileLeased(leased, work))
    assertItemFits(hold.key.pk, Buffer.byteLength(result ?? '') + RECORD_BYTES)
  } catch (error) {
    // Without the release the next attempt waits until the lease has run out: later than wished, not lost.
    await records.release(hold, !(error instanceof NotPerformed)).catch(() => {})
    throw error
  }
  const closed = await records.complete(hold, result)
  if ('held' in closed) return parsed(result)
  if (closed.refused?.state.startsWith('und')) await orphan(effect, key, result, signal)
  return settled(effect, key, closed.refused, ports.now())
}

/** The SDK repeats a request whose answer was lost: then what stands in the way is this very worker's own write. */
function ownedOf(written: Written, { owner }: Hold): Written {
  return 'refused' in written && written.refused?.owner === owner ? { held: written.refused } : written
}

/** What a worker has to say that may not, or need not, make the call. */
function settled(effect: AnyEffect, key: string, record: EffectRecord | undefined, now: number): unknown {
  if (record?.state === 'done') return parsed(record.result)
  if (record?.state === 'undone' || record?.state === 'undoing')
    throw new Dead(`effect '${effect.name}' of '${key}' has been compensated`, { code: 'Compensated' })
  throw busy(effect, key, record, now)
}

function busy(effect: AnyEffect, key: string, record: EffectRecord | undefined, now: number): Retry {
  const wait = Math.max(0, (record?.leaseUntil ?? 0) - now)
  return new Retry(`effect '${effect.name}' of '${key}' is in the hands of another worker`, {
    code: 'EffectInProgress',
    after: `${wait + 1}ms`,
  })
}

/** Only a person can tell. */
class UnknownOutcome extends Park {
  /** Partition key of the effect's record: who takes the message up has to say what became of it. */
  readonly effect: string

  constructor(name: string, effect: string) {
    super(`nobody knows whether '${name}' happened: find out, then say so (penstock parked settle)`, {
      code: 'UnknownOutcome',
    })
    this.effect = effect
  }
}

/** After a worker that ended without a word. `undefined`: make the call. @throws Park where only a person can tell */
async function outcomeOf({ name, options }: AnyEffect, key: string, signal: AbortSignal): Promise<unknown> {
  if (options.onUnknown === 'park') throw new UnknownOutcome(name, effectKey(name, key).pk)
  return options.lookup?.(key, signal)
}

/** The call went through although others, who thought its worker dead, have compensated it meanwhile. */
async function orphan({ name, options }: AnyEffect, key: string, result: unknown, signal: AbortSignal): Promise<void> {
  if (options.cancel) return options.cancel(key, signal)
  throw new Dead(`effect '${name}' of '${key}' happened after it had been compensated, with the answer ${result}`, {
    code: 'OrphanResult',
  })
}

async function compensate(
  effect: AnyEffect,
  key: string,
  undo: Call | undefined,
  { records, ports, noted }: EffectTools,
  signal: AbortSignal,
): Promise<Compensation> {
  const hold = holdOn(effect, key, ports)
  noted?.(hold.key)
  const barred = ownedOf(await records.bar(hold), hold)
  if ('held' in barred) return 'never done'
  const seen = barred.refused
  if (seen?.state === 'undone') return seen.runs > 0 ? 'undone' : 'never done'
  const now = ports.now()
  if (!seen || seen.leaseUntil >= now) throw busy(effect, key, seen, now)
  const claim = ownedOf(await records.undo(hold, seen, now + effect.lease), hold)
  if ('refused' in claim) throw busy(effect, key, claim.refused, now)
  const work = (alive: AbortSignal) => takeBack(effect, key, seen, undo, alive)
  const leased = { hold, records, ports, lease: effect.lease, signal, until: claim.held.leaseUntil }
  const happened = await whileLeased(leased, work)
  const closed = await records.closeUndone(hold, happened)
  if ('refused' in closed && closed.refused?.state !== 'undone') throw busy(effect, key, closed.refused, ports.now())
  return happened ? 'undone' : 'never done'
}

/** @returns whether there was something to take back, as far as anybody can tell */
async function takeBack(
  { name, options: { cancel, lookup } }: AnyEffect,
  key: string,
  { result }: EffectRecord,
  undo: Call | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (cancel) {
    await cancel(key, signal)
    return true
  }
  if (!lookup || !undo)
    throw new TypeError(
      `effect '${name}' declares neither \`lookup\` nor \`cancel\`: nobody could tell whether it happened`,
    )
  const found = result === undefined ? await lookup(key, signal) : parsed(result)
  if (found === undefined) return false
  await undo(found, `${key}/undo`, signal)
  return true
}

const holdOn = (effect: AnyEffect, key: string, ports: Ports): Hold => ({
  key: effectKey(effect.name, key),
  owner: ports.uuid(),
})

const parsed = (result: string | undefined): unknown => (result === undefined ? undefined : JSON.parse(result))
