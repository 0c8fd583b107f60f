import { Park } from '../failure.ts'
import type { BatchResponse } from '../queue-handler.ts'
import type { Deadline } from './deadline.ts'
import type { Desk } from './desk.ts'
import { handle, hide, type Opened, open, type Verdict } from './handling.ts'
import { errorFields } from './logging.ts'
import type { GroupState } from './parking.ts'
import type { QueueRecord } from './received.ts'

/** What Lambda's poller hands over. */
export interface QueueEvent {
  readonly Records: readonly QueueRecord[]
}

/** Handles a batch and answers which messages stay on the queue. */
export async function handleBatch(desk: Desk, event: QueueEvent, deadline: Deadline): Promise<BatchResponse> {
  const records = event.Records.map(open)
  const ordered = desk.definition.declaration.delivery.ordered
  const staying = ordered ? await inOrder(desk, records, deadline) : await unordered(desk, records, deadline)
  return { batchItemFailures: staying.map(({ record }) => ({ itemIdentifier: record.messageId })) }
}

/** Those on their first attempt side by side, one key after the other; then, alone, those that failed or crashed before. */
async function unordered(desk: Desk, records: readonly Opened[], deadline: Deadline): Promise<Opened[]> {
  const staying: Opened[] = []
  const one = async (opened: Opened) => {
    const verdict = await tried(desk, opened, receives(opened), deadline)
    if (verdict.kind === 'retry') staying.push(opened)
  }
  const fresh = records.filter((opened) => receives(opened) === 1)
  const byKey = Object.values(
    Object.groupBy(fresh, ({ envelope, record }) => envelope?.partitionkey ?? record.messageId),
  )
  await Promise.all((byKey as Opened[][]).map((same) => oneByOne(same, one)))
  await oneByOne(
    records.filter((opened) => receives(opened) > 1),
    one,
  )
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
    const verdict = parked
      ? await tried(desk, opened, 1, deadline, behind(group))
      : await headOfGroup(desk, group, opened, state, deadline)
    if (verdict.kind === 'parked') parked = true
    if (verdict.kind !== 'retry') continue
    const tail = members.slice(index + 1)
    await Promise.all(tail.map(({ record }) => hide(desk, record, verdict.seconds)))
    return [opened, ...tail]
  }
  return []
}

/**
 * On a FIFO queue the receive count also grows while a message waits behind a failing one, so its attempts are counted in the
 * group's state: after a failure, and before every attempt but the first, so that a crash counts too.
 */
function headOfGroup(
  desk: Desk,
  group: string,
  opened: Opened,
  state: GroupState,
  deadline: Deadline,
): Promise<Verdict> {
  const id = opened.envelope?.id ?? opened.record.messageId
  const attempt = (state.failing?.id === id ? state.failing.attempts : 0) + 1
  const again = receives(opened) > 1
  return kept(desk, opened, async () => {
    if (again) await desk.parking.tried(group, id, attempt)
    const verdict = await tried(desk, opened, attempt, deadline)
    if (verdict.kind === 'retry' && !again) await desk.parking.tried(group, id, attempt)
    return verdict
  })
}

function tried(desk: Desk, opened: Opened, attempt: number, deadline: Deadline, before?: Park): Promise<Verdict> {
  if (deadline.signal.aborted) return Promise.resolve(LATER)
  return kept(desk, opened, () => handle(desk, opened, attempt, deadline, before))
}

/** Where even a failure cannot be settled (a throttled dead-letter queue, say) the message stays on its queue. */
async function kept(desk: Desk, { record }: Opened, run: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await run()
  } catch (error) {
    const fields = { ...errorFields(error), sqs_message_id: record.messageId }
    desk.logger.error('could not settle a message, it stays on the queue', fields)
    return LATER
  }
}

/** Seen again when the queue's own visibility timeout ends. */
const LATER: Verdict = { kind: 'retry', seconds: 0 }

async function oneByOne<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await run(item)
}

const behind = (group: string): Park =>
  new Park(`its group '${group}' is parked: it waits there for its turn`, { code: 'BehindParked' })

const receives = ({ record }: Opened): number => Number(record.attributes.ApproximateReceiveCount)

const groupOf = ({ record }: Opened): string => record.attributes.MessageGroupId ?? record.messageId
