import type { BatchResponse } from '../queue-handler.ts'
import type { Deadline } from './deadline.ts'
import type { Desk } from './desk.ts'
import { handle, hide, type Verdict, waitBehind } from './handling.ts'
import { errorFields } from './logging.ts'
import { groupOf, type Opened, open, receives } from './opened.ts'
import type { GroupState } from './parking.ts'
import type { QueueRecord } from './received.ts'
import type { CountTries } from './tries.ts'

/** What Lambda's poller hands over. */
export interface QueueEvent {
  readonly Records: readonly QueueRecord[]
}

type Retry = Extract<Verdict, { kind: 'retry' }>

/** Handles a batch and answers which messages stay on the queue. */
export async function handleBatch(desk: Desk, event: QueueEvent, deadline: Deadline): Promise<BatchResponse> {
  const records = event.Records.map(open)
  const ordered = desk.definition.declaration.delivery.ordered
  const staying = ordered ? await inOrder(desk, records, deadline) : await unordered(desk, records, deadline)
  return { batchItemFailures: staying.map(({ record }) => ({ itemIdentifier: record.messageId })) }
}

/**
 * Those that come for the first time side by side, one key after the other. When they are done, one by one, those that came before:
 * each may be the one that crashes, and takes nobody's effect with it then. The youngest first: one that crashes again and again is
 * older than most.
 */
async function unordered(desk: Desk, records: readonly Opened[], deadline: Deadline): Promise<Opened[]> {
  const staying: Opened[] = []
  const one = async (opened: Opened) => {
    const verdict = await tried(desk, opened, desk.countTries(opened), deadline)
    if (verdict.kind === 'retry') staying.push(opened)
  }
  // Of an aggregate's events in one batch none has to wait for another.
  const bySeq = records.toSorted((a, b) => (a.envelope?.seq ?? 0) - (b.envelope?.seq ?? 0))
  const fresh = bySeq.filter((opened) => receives(opened) === 1)
  const again = bySeq.filter((opened) => receives(opened) > 1).sort((a, b) => receives(a) - receives(b))
  const byKey = Object.values(
    Object.groupBy(fresh, ({ envelope, record }) => envelope?.partitionkey ?? record.messageId),
  )
  await Promise.all((byKey as Opened[][]).map((same) => oneByOne(same, one)))
  await oneByOne(again, one)
  return staying
}

/** Groups side by side, each in order; a failing message keeps its group's tail from being tried. */
async function inOrder(desk: Desk, records: readonly Opened[], deadline: Deadline): Promise<Opened[]> {
  const groups = Object.groupBy(records, groupOf) as Record<string, Opened[]>
  const states = await desk.parking.states(Object.keys(groups))
  const staying = await Promise.all(
    Object.entries(groups).map(([group, members]) => oneGroup(desk, group, members, states.get(group), deadline)),
  )
  return staying.flat()
}

async function oneGroup(
  desk: Desk,
  group: string,
  members: readonly Opened[],
  state: GroupState = { parked: 0 },
  deadline: Deadline,
): Promise<readonly Opened[]> {
  let parked = state.parked > 0
  for (const [index, opened] of members.entries()) {
    const waits = parked ? await kept(desk, opened, () => waitBehind(desk, opened, group)) : 'free'
    if (waits === 'parked') continue
    parked = false
    const verdict = waits === 'free' ? await headOfGroup(desk, group, opened, state, deadline) : waits
    if (verdict.kind === 'parked') parked = true
    if (verdict.kind !== 'retry') continue
    const tail = members.slice(index + 1)
    await Promise.all(tail.map(({ record }) => hide(desk, record, verdict.seconds)))
    return [opened, ...tail]
  }
  return []
}

/** In order, attempts are counted in the state of the group, which is read anyway. */
function headOfGroup(
  desk: Desk,
  group: string,
  opened: Opened,
  { failing }: GroupState,
  deadline: Deadline,
): Promise<Verdict> {
  const id = opened.envelope?.id ?? opened.record.messageId
  let attempts = failing?.id === id ? failing.attempts : 0
  const countTries: CountTries = async (by) => {
    attempts += by
    await desk.parking.tried(group, id, attempts)
    return attempts
  }
  return tried(desk, opened, countTries, deadline)
}

function tried(desk: Desk, opened: Opened, countTries: CountTries, deadline: Deadline): Promise<Verdict> {
  if (deadline.signal.aborted) return Promise.resolve(LATER)
  return kept(desk, opened, () => handle(desk, opened, countTries, deadline))
}

/** Where even a failure cannot be settled (a throttled dead-letter queue, say) the message stays on its queue. */
async function kept<T>(desk: Desk, { record }: Opened, run: () => Promise<T>): Promise<T | Retry> {
  try {
    return await run()
  } catch (error) {
    const fields = { ...errorFields(error), sqs_message_id: record.messageId }
    desk.logger.error('could not settle a message, it stays on the queue', fields)
    return LATER
  }
}

/** Seen again when the queue's own visibility timeout ends. */
const LATER: Retry = { kind: 'retry', seconds: 0 }

async function oneByOne<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await run(item)
}
