import type { AnyCommand, AnyContract, AnyEvent } from '../contract.ts'
import { milliseconds } from '../duration.ts'
import { narrowed } from '../only.ts'
import type { QueueDefinition } from '../queue-handler.ts'
import type { SendOptions } from '../unit.ts'
import { writableAggregate } from './aggregate-handle.ts'
import type { Ledger } from './ledger.ts'
import { writableStore } from './store-handle.ts'
import type { Table } from './table.ts'

const MAX_DELAY_SECONDS = 900

/** The unit that a handler gets: exactly the declared abilities, all of them entries in a ledger. */
export function unitOf(
  definition: Pick<QueueDefinition, 'publishes' | 'sends' | 'stores'>,
  table: Table,
  ledger: Ledger,
): object {
  const { publishes, sends, stores } = definition
  const publishable = new Set(publishes.map((contract) => contract.name))
  const handles = Object.entries(stores).map(([name, kept]) => {
    const handle =
      kept.kind === 'store' ? writableStore(kept, table, ledger) : writableAggregate(kept, table, ledger, publishable)
    return [name, narrowed(handle, kept, 'write')]
  })
  const appended = Object.values(stores).flatMap((kept) => (kept.kind === 'aggregate' ? kept.events : []))
  return {
    ...Object.fromEntries(handles),
    ...(publishes.length > 0 && { publish: publisher(publishes, appended, ledger) }),
    ...(sends.length > 0 && { send: sender(sends, ledger) }),
  }
}

// The types forbid what is refused here; a handler in plain JavaScript has only these checks.
const publisher =
  (declared: readonly AnyEvent[], appended: readonly AnyEvent[], ledger: Ledger) =>
  (contract: AnyEvent, wire: unknown) => {
    assertDeclared(declared, contract, 'publishes')
    if (contract.ordered)
      throw new TypeError(`'${contract.name}' is ordered: publish it by appending it to its aggregate`)
    if (appended.some((event) => event.name === contract.name))
      throw new TypeError(`'${contract.name}' is an event of an aggregate: publish it by appending it there`)
    ledger.emit({ contract, wire })
  }

const sender =
  (declared: readonly AnyCommand[], ledger: Ledger) => (contract: AnyCommand, wire: unknown, options?: SendOptions) => {
    assertDeclared(declared, contract, 'sends')
    const delay = delaySeconds(contract, options)
    ledger.emit({ contract, wire, ...(delay > 0 && { delay }) })
  }

function assertDeclared(declared: readonly AnyContract[], contract: AnyContract, where: string): void {
  if (!declared.some((candidate) => candidate.name === contract.name))
    throw new TypeError(`'${contract.name}' is not in \`${where}\` of this consumer`)
}

/** @returns whole seconds, rounded up. @throws RangeError where SQS cannot delay so long, or at all */
export function delaySeconds(contract: AnyCommand, { delay = '0s' }: SendOptions = {}): number {
  const seconds = Math.ceil(milliseconds(delay) / 1000)
  if (seconds > MAX_DELAY_SECONDS)
    throw new RangeError(
      `delay ${delay} of ${contract.name} is longer than the ${MAX_DELAY_SECONDS} s that a queue can hold a message back`,
    )
  if (seconds > 0 && contract.ordered)
    throw new RangeError(`${contract.name} is ordered: its FIFO queue cannot delay one message (${delay})`)
  return seconds
}
