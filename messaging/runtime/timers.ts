import type { AnyCommand, AnyTimer } from '../contract.ts'
import { milliseconds, QUEUE_DELAY_MS } from '../duration.ts'
import type { Envelope } from '../envelope.ts'
import { TIMER_LIFETIME_SECONDS, TTL, timerKey } from '../table-layout.ts'
import type { Timers, When } from '../unit.ts'
import { assertDelay } from './delays.ts'
import { digest } from './ids.ts'
import type { Ledger } from './ledger.ts'
import { type Item, placeOf, type Table } from './table.ts'
import { validate } from './validation.ts'

/** What a timer's item says. The message with this id may take effect while the state is `armed`, and no other. */
interface State {
  readonly state: 'armed' | 'fired' | 'cancelled'
  readonly message: string
  /** Grows with every message that was made for this key. */
  readonly generation: number
  /** Epoch milliseconds. */
  readonly due: number
  /** Whether a schedule holds the message, or its queue. */
  readonly scheduled: boolean
}

/** The timers of a unit: reads are checked at the commit, and changes are part of it. */
export function timersOf(
  declared: readonly AnyCommand[],
  table: Table,
  ledger: Ledger,
  now: () => number,
): Timers<AnyTimer> {
  const arm = (contract: AnyTimer, wire: unknown, key: string, due: number, before: State | undefined) => {
    if (before?.state === 'armed') takeBack(ledger, contract, key, before, now())
    const generation = (before?.generation ?? 0) + 1
    const message = digest('timer', contract.name, key, generation)
    const scheduled = due - now() > QUEUE_DELAY_MS
    write(ledger, contract.name, key, { state: 'armed', message, generation, due, scheduled })
    ledger.emit({ contract, wire, notBefore: due, timer: { key, id: message, cancels: false } })
  }
  const look = (contract: AnyTimer, key: string): Promise<State | undefined> => {
    if (!declared.some(({ name, timer }) => timer && name === contract.name))
      throw new TypeError(`'${contract.name}' is no timer in \`sends\` of this consumer`)
    return read(table, ledger, contract.name, key)
  }
  return {
    async schedule(contract, wire, when) {
      const key = await keyOf(contract, wire)
      const due = dueOf(contract, when, now())
      const before = await look(contract, key)
      if (before?.state === 'armed') return 'already scheduled'
      arm(contract, wire, key, due, before)
      return 'scheduled'
    },
    async reschedule(contract, wire, when) {
      const key = await keyOf(contract, wire)
      const due = dueOf(contract, when, now())
      const before = await look(contract, key)
      if (before?.state !== 'armed') return before?.state ?? 'absent'
      arm(contract, wire, key, due, before)
      return 'rescheduled'
    },
    async cancel(contract, key) {
      const before = await look(contract, key)
      if (before?.state !== 'armed') return before?.state ?? 'absent'
      takeBack(ledger, contract, key, before, now())
      close(ledger, contract.name, key, { ...before, state: 'cancelled' }, now())
      return 'cancelled'
    },
  }
}

/**
 * Closes the timer that a message is the going off of, in the unit that handles the message.
 * @returns whether it may take effect: a duplicate may not, nor may a timer that was cancelled or moved meanwhile
 */
export async function fire(table: Table, ledger: Ledger, { id, type, timer }: Envelope, now: number): Promise<Fired> {
  const key = timer ?? ''
  const state = await read(table, ledger, type, key)
  if (state?.message !== id || state.state === 'cancelled') return 'superseded'
  if (state.state === 'fired') return 'duplicate'
  close(ledger, type, key, { ...state, state: 'fired' }, now)
  return 'armed'
}

export type Fired = 'armed' | 'duplicate' | 'superseded'

function dueOf(contract: AnyTimer, when: When, now: number): number {
  const due = 'at' in when ? when.at.getTime() : now + milliseconds(when.after)
  if (Number.isNaN(due)) throw new RangeError(`the time of ${contract.name} is no date`)
  assertDelay(contract, due - now, 'at' in when ? `until ${when.at.toISOString()}` : when.after)
  return due
}

const keyOf = async (contract: AnyTimer, wire: unknown): Promise<string> =>
  contract.key(await validate(contract.schema, wire, contract.name))

/** As this unit has left it, or as it is in the table. */
async function read(table: Table, ledger: Ledger, command: string, key: string): Promise<State | undefined> {
  ledger.assertOpen()
  const place = timerKey(command, key)
  const written = ledger.writes.get(placeOf(place))
  if (written?.kind === 'put') return stateIn(written.content)
  const item = await table.get(place, true)
  ledger.saw({ key: place, item, version: item?._v?.N === undefined ? undefined : Number(item._v.N), checked: true })
  return item && stateIn(item)
}

/** A message that its queue holds already comes all the same, and finds its timer closed. */
function takeBack(
  ledger: Ledger,
  contract: AnyTimer,
  key: string,
  { message, due, scheduled }: State,
  now: number,
): void {
  const id = message
  if (scheduled && due > now) ledger.emit({ contract, wire: null, timer: { key, id, cancels: true } })
}

const close = (ledger: Ledger, command: string, key: string, state: State, now: number): void =>
  write(ledger, command, key, state, { [TTL]: { N: String(Math.floor(now / 1000) + TIMER_LIFETIME_SECONDS) } })

function write(ledger: Ledger, command: string, key: string, state: State, ttl: Item = {}): void {
  const place = timerKey(command, key)
  const expected = ledger.found.get(placeOf(place))?.version
  ledger.write({ kind: 'put', key: place, content: { ...itemOf(state), ...ttl }, expected })
}

const itemOf = ({ state, message, generation, due, scheduled }: State): Item => ({
  state: { S: state },
  message: { S: message },
  generation: { N: String(generation) },
  due: { S: new Date(due).toISOString() },
  scheduled: { BOOL: scheduled },
})

const stateIn = (item: Item): State => ({
  state: item.state?.S as State['state'],
  message: item.message?.S ?? '',
  generation: Number(item.generation?.N),
  due: Date.parse(item.due?.S ?? ''),
  scheduled: item.scheduled?.BOOL ?? false,
})
