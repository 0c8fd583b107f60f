import type { HistoryEventType } from '@aws-sdk/client-sfn'
import type { Json, JsonObject } from '../language/json.ts'
import { Aborted } from './failure.ts'
import { type Progress, type Reached, Thread } from './thread.ts'

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
 * events at what let it start. In a redrive, children that were done keep their outputs.
 * @throws StateFailure, Aborted
 */
export async function runFamily(parent: Thread, family: Family): Promise<Json[]> {
  const work = new FamilyWork(parent, family)
  await parent.waiting(work.run())
  if (work.failure === undefined) return work.outputs
  tellFailure(parent, family, work.children)
  throw work.failure
}

class FamilyWork {
  readonly outputs: Json[]
  readonly children: Child[] = []
  failure: unknown
  readonly #parent: Thread
  readonly #family: Family
  readonly #earlier: readonly (Reached | undefined)[]
  readonly #reached: (Reached | undefined)[] = []
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  #next = 0

  constructor(parent: Thread, family: Family) {
    this.#parent = parent
    this.#family = family
    this.outputs = new Array<Json>(family.count).fill(null)
    this.#signal = AbortSignal.any([parent.signal, this.#stop.signal])
    this.#earlier = parent.progress?.children ?? []
    if (parent.progress) parent.progress.children = this.#reached
  }

  async run(): Promise<void> {
    const first: Child[] = []
    while (first.length < this.#family.limit) {
      const child = this.#begin()
      if (!child) break
      first.push(child)
    }
    await Promise.all(first.map((child) => this.#line(child)))
  }

  /** The next child that is not done already. */
  #begin(): Child | undefined {
    while (this.#next < this.#family.count) {
      const index = this.#next++
      const earlier = this.#earlier[index]
      if (earlier && 'output' in earlier) this.#done(index, earlier.output)
      else return this.#start(index, earlier?.thread.progress)
    }
    return undefined
  }

  #start(index: number, resume: Progress | undefined): Child {
    const { run, previous, variables, map } = this.#parent
    const own = this.#family.mapOf?.(index) ?? map
    const thread = new Thread(run, { previous, variables, signal: this.#signal, map: own, resume })
    const child: Child = { thread, index, state: 'running' }
    this.children.push(child)
    this.#reached[index] = { thread }
    this.#family.started?.(thread, index)
    return child
  }

  /** One child after the other, until none is left or one fails. */
  async #line(first: Child): Promise<void> {
    for (let child: Child | undefined = first; child; child = this.#begin()) if (!(await this.#drive(child))) return
  }

  async #drive(child: Child): Promise<boolean> {
    const { thread, index } = child
    try {
      const output = await thread.holding(() => this.#family.run(thread, index))
      thread.checkAborted()
      child.state = 'done'
      this.#parent.previous = thread.previous
      this.#family.succeeded?.(thread, index)
      this.#done(index, output)
      return true
    } catch (error) {
      if (error instanceof Aborted || this.failure !== undefined) return false
      this.failure = error
      child.state = 'failed'
      this.#parent.previous = thread.previous
      this.#stop.abort('another child failed')
      return false
    }
  }

  #done(index: number, output: Json): void {
    this.outputs[index] = output
    this.#reached[index] = { output }
  }
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
