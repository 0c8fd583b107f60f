import type { AnyCommand, AnyContract, AnyEvent } from '../contract.ts'
import { narrowed } from '../only.ts'
import type { QueueDefinition } from '../queue-handler.ts'
import type { SendOptions } from '../unit.ts'
import { writableAggregate } from './aggregate-handle.ts'
import { dueAt, priorityOf } from './delays.ts'
import type { Ledger } from './ledger.ts'
import { writableStore } from './store-handle.ts'
import type { Table } from './table.ts'
import { timersOf } from './timers.ts'

/** The unit that a handler gets: exactly the declared abilities, all of them entries in a ledger. */
export function unitOf(
  definition: Pick<QueueDefinition, 'publishes' | 'sends' | 'stores'>,
  table: Table,
  ledger: Ledger,
  now: () => number,
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
    ...(sends.length > 0 && { send: sender(sends, ledger, now) }),
    ...(sends.some(({ timer }) => timer) && timersOf(sends, table, ledger, now)),
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
  (declared: readonly AnyCommand[], ledger: Ledger, now: () => number) =>
  (contract: AnyCommand, wire: unknown, options: SendOptions = {}) => {
    assertDeclared(declared, contract, 'sends')
    const notBefore = dueAt(contract, options, now())
    const priority = priorityOf(contract, options)
    ledger.emit({ contract, wire, ...(notBefore !== undefined && { notBefore }), ...(priority && { priority }) })
  }

function assertDeclared(declared: readonly AnyContract[], contract: AnyContract, where: string): void {
  if (!declared.some((candidate) => candidate.name === contract.name))
    throw new TypeError(`'${contract.name}' is not in \`${where}\` of this consumer`)
}
