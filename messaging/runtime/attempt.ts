import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { MessageContext } from '../context.ts'
import type { AnyContract } from '../contract.ts'
import type { Envelope } from '../envelope.ts'
import { Retry } from '../failure.ts'
import type { QueueDefinition } from '../queue-handler.ts'
import { policyFor } from '../retry-policy.ts'
import type { SagaUse } from '../saga/use.ts'
import type { Backlog } from './backlog.ts'
import type { CommitResult } from './commit.ts'
import { planCommit } from './commit-plan.ts'
import type { Deadline } from './deadline.ts'
import type { GroupCommit } from './group-commit.ts'
import type { RecentIds } from './handled.ts'
import { homeOf, markAtHome } from './home.ts'
import { Ledger } from './ledger.ts'
import type { Measures } from './measures.ts'
import { fullJitter, type Ports, sleep } from './ports.ts'
import { readMessage } from './reading.ts'
import { takeNext } from './sequence.ts'
import type { Table } from './table.ts'
import { type Fired, fire } from './timers.ts'
import type { InTurn } from './turns.ts'
import { unitOf } from './unit-of-work.ts'

/** What a consumer's runtime holds from its first invocation on. */
export interface Engine {
  readonly definition: QueueDefinition
  readonly dynamo: DynamoDBClient
  readonly table: Table
  readonly ports: Ports
  readonly commits: GroupCommit
  /** A hot duplicate costs nothing where the process remembers it. */
  readonly recent: RecentIds
  /** Second and later runs take turns: the messages of a batch would otherwise keep losing to each other. */
  readonly inTurn: InTurn
  /** Of the service's relay. */
  readonly backlog: Backlog
  readonly measures: Measures
}

/** A message of known form, at one of its attempts. */
export interface Arrival {
  readonly envelope: Envelope
  readonly attempt: number
  readonly logger: MessageContext<AnyContract>['logger']
}

/** `superseded`: a timer that was cancelled or moved before it went off. Nothing was done. */
export type Outcome = 'handled' | 'duplicate' | 'superseded'
type RunResult = CommitResult | Exclude<Fired, 'armed'>

const MAX_RUNS = 20

/**
 * Runs the handler and commits its unit; runs it again on fresh state when another unit was faster. Ends with the deadline, also
 * in the middle of a commit: whether that took effect is then for the next attempt to find out, by the mark.
 * @throws whatever the handler, its data or the commit throws: nothing has taken effect then, or (an answer was lost) the
 * next attempt finds the mark
 */
export function attempt(engine: Engine, arrival: Arrival, deadline: Deadline): Promise<Outcome> {
  return deadline.race(runUntilCommitted(engine, arrival, deadline.signal))
}

async function runUntilCommitted(engine: Engine, arrival: Arrival, signal: AbortSignal): Promise<Outcome> {
  const { contracts } = engine.definition
  const { envelope } = arrival
  const data = contracts === 'every event' ? envelope.data : await readMessage(contracts, envelope)
  for (let run = 1; ; run++) {
    const once = () =>
      withInlineRuns(engine, signal, () => engine.commits.alongside(() => runOnce(engine, arrival, data, signal)))
    const result = await (run === 1 ? once() : engine.inTurn(once, signal))
    if (result === 'committed') return 'handled'
    if (result === 'duplicate' || result === 'superseded') return result
    if (run === MAX_RUNS) throw contended(result.stale)
    await sleep(engine.ports, fullJitter(engine.ports, run, 10, 250))
  }
}

/** Runs again within the attempt where the error's policy says so; each run has a unit of its own. */
async function withInlineRuns<T>(
  { definition, ports }: Engine,
  signal: AbortSignal,
  once: () => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return await once()
    } catch (error) {
      const policy = policyFor(error, definition.declaration.delivery.errors)
      const inline = typeof policy === 'object' ? policy.inline : undefined
      if (!inline || run >= inline.runs || signal.aborted) throw error
      await sleep(ports, fullJitter(ports, run, inline.backoff.first, inline.backoff.max))
    }
  }
}

async function runOnce(engine: Engine, arrival: Arrival, data: unknown, signal: AbortSignal): Promise<RunResult> {
  signal.throwIfAborted()
  const { definition, table, ports } = engine
  const { envelope } = arrival
  const ledger = new Ledger(signal, homeOf(definition, envelope))
  const consumerId = definition.declaration.id
  try {
    const fired = envelope.timer === undefined ? 'armed' : await fire(table, ledger, envelope, ports.now())
    if (fired !== 'armed') return fired
    const next = definition.declaration.delivery.expectNext && (await takeNext(table, ledger, consumerId, envelope))
    if (next === 'duplicate') return next
    const unit = {
      ...unitOf(definition, table, ledger, ports.now),
      ...(await effectAbilities(engine, envelope, ledger)),
      ...(await sagaAbilities(definition.sagas, table, ledger, ports)),
    }
    await definition.handle(data, unit, contextOf(engine, arrival, data, signal))
    if (ledger.handledBefore) return 'duplicate'
    const marked =
      ledger.home && !ledger.isEmpty ? await markAtHome(ledger.home, ledger, table, ports.now()) : undefined
    if (marked === 'handled') return 'duplicate'
    const rowsOnly = definition.declaration.outbox && ledger.messages.length > 0 && (await engine.backlog.isLong())
    const committer = { table: table.name, consumerId, rowsOnly }
    const plan = await planCommit(ledger, committer, envelope, ports.now(), marked)
    return await engine.commits.commit(plan, signal)
  } catch (error) {
    if (ledger.handledBefore) return 'duplicate'
    throw error
  } finally {
    ledger.close()
  }
}

/** Their code comes with the sagas and steps that the handler declares. */
async function effectAbilities(engine: Engine, { id }: Envelope, ledger: Ledger): Promise<object> {
  const { definition, dynamo, table, ports } = engine
  const [one] = Object.values(definition.effects)
  if (!one) return {}
  const { effectAbilities: abilities, openEffectRecords } = await one.runtime()
  const records = openEffectRecords(dynamo, table.name)
  const tools = { records, ports, consumerId: definition.declaration.id, causeId: id }
  return abilities(definition.effects, tools, ledger)
}

async function sagaAbilities(sagas: SagaUse, table: Table, ledger: Ledger, ports: Ports): Promise<object> {
  const [one] = [...(sagas.starts ?? []), ...(sagas.answers ?? [])]
  return one ? (await one.abilities()).sagaAbilities(sagas, table, ledger, ports) : {}
}

function contextOf(
  { ports, measures }: Engine,
  { envelope, attempt, logger }: Arrival,
  data: unknown,
  signal: AbortSignal,
): MessageContext<AnyContract> {
  const degraded = () => measures.count('Degraded')
  const message = { type: envelope.type, data }
  return { envelope, message, attempt, signal, now: new Date(ports.now()), logger, degraded }
}

function contended(places: readonly string[]): Retry {
  const named = places.map((place) => `'${place}'`).join(', ')
  const message = `${named}: changed by others during each of ${MAX_RUNS} runs, or written without having been read`
  return new Retry(message, { code: 'Contention' })
}
