import type { HistoryEventType } from '@aws-sdk/client-sfn'
import type { Json, JsonObject } from '../language/json.ts'
import { Aborted } from './failure.ts'
import { Thread } from './thread.ts'

/** Branches of a Parallel state or iterations of a Map state, as the history tells of them. */
export interface Family {
  readonly count: number
  /** How many run at once. */
  readonly limit: number
  mapOf?(index: number): JsonObject
  run(thread: Thread, index: number): Promise<Json>
  started?(thread: Thread, index: number): void
  succeeded?(thread: Thread, index: number): void
  failed?(thread: Thread, index: number): void
  aborted?(thread: Thread, index: number): void
}

interface Child {
  readonly thread: Thread
  readonly index: number
  state: 'running' | 'done' | 'failed'
}

/**
 * Runs the children and gives their outputs in order. The first failure stops the others; each child starts its chain of
 * events at what let it start.
 * @throws StateFailure, Aborted
 */
export async function runFamily(parent: Thread, family: Family): Promise<Json[]> {
  const outputs: Json[] = new Array<Json>(family.count).fill(null)
  const stop = new AbortController()
  const signal = AbortSignal.any([parent.signal, stop.signal])
  const children: Child[] = []
  let failure: unknown

  const begin = (): Child => {
    const index = children.length
    const map = family.mapOf?.(index) ?? parent.map
    const thread = new Thread(parent.run, { previous: parent.previous, variables: parent.variables, signal, map })
    const child: Child = { thread, index, state: 'running' }
    children.push(child)
    family.started?.(thread, index)
    return child
  }
  const drive = async (child: Child): Promise<void> => {
    try {
      outputs[child.index] = await child.thread.holding(() => family.run(child.thread, child.index))
      child.thread.checkAborted()
      child.state = 'done'
      parent.previous = child.thread.previous
      family.succeeded?.(child.thread, child.index)
      if (children.length < family.count) await drive(begin())
    } catch (error) {
      if (error instanceof Aborted) return
      if (failure !== undefined) return
      failure = error
      child.state = 'failed'
      parent.previous = child.thread.previous
      stop.abort()
    }
  }
  const first = Array.from({ length: Math.min(family.count, family.limit) }, begin)
  await parent.waiting(Promise.all(first.map(drive)))
  if (failure === undefined) return outputs
  tellFailure(parent, family, children)
  throw failure
}

/** Recorded: the failed iteration, then the others, each with its open state, all after the failed one's newest event. */
function tellFailure(parent: Thread, family: Family, children: readonly Child[]): void {
  for (const { thread, index, state } of children) {
    if (state === 'done') continue
    if (state === 'failed') family.failed?.(parent, index)
    else family.aborted?.(parent, index)
    for (const open of thread.open.toReversed()) {
      const type = abortable[open.type]
      if (type) parent.note(type)
    }
  }
}

const abortable: Readonly<Record<string, HistoryEventType>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Parallel: 'ParallelStateAborted',
  Map: 'MapStateAborted',
}
