import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type FaultPlan, faultPoints } from '../../../../local/kernel/faults.ts'
import { createKernel } from '../../../../local/kernel/kernel.ts'
import { defaultAttributes, settingsOf } from '../../../../local/services/sqs/attributes.ts'
import type { Message } from '../../../../local/services/sqs/model/message.ts'
import { Queue } from '../../../../local/services/sqs/model/queue.ts'

type Step =
  | { readonly do: 'send'; readonly group: number; readonly delay: number }
  | { readonly do: 'receive'; readonly max: number; readonly hidden: number }
  | { readonly do: 'delete' | 'free' | 'extend'; readonly which: number }
  | { readonly do: 'advance'; readonly seconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('send' as const), group: fc.nat(2), delay: fc.constantFrom(0, 0, 0, 5) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      max: fc.integer({ min: 1, max: 4 }),
      hidden: fc.constantFrom(0, 5, 10),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('delete' as const, 'free' as const, 'extend' as const),
      which: fc.nat(50),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('advance' as const), seconds: fc.integer({ min: 1, max: 11 }) }),
  },
)

/** A queue and what the outside knows: messages sent and not deleted, and those handed out whose handle still counts. */
class Run {
  readonly kernel
  readonly queue: Queue
  readonly kept = new Map<string, { order: number; group: string; visibleFrom: number }>()
  readonly handed: Message[] = []
  #sent = 0

  constructor(fifo: boolean, faults?: FaultPlan) {
    this.kernel = createKernel({ clock: 'manual', seed: 'properties', start: 0, ...(faults && { faults }) })
    const surroundings = { kernel: this.kernel, deadLetter: () => false, arrived: () => {} }
    this.queue = new Queue(
      'arn:aws:sqs:us-east-1:000000000000:q',
      fifo,
      settingsOf(defaultAttributes(fifo)),
      surroundings,
    )
  }

  get now(): number {
    return this.kernel.clock.now()
  }

  inFlight(): Message[] {
    return this.handed.filter((message) => message.standing === 'in-flight' && message.visibleAt > this.now)
  }

  send(group: string, delay: number): void {
    this.#sent += 1
    const { messageId } = this.queue.send({
      body: String(this.#sent),
      md5: '',
      size: 1,
      attributes: undefined,
      senderId: 's',
      traceHeader: undefined,
      groupId: group,
      deduplicationId: this.queue.fifo ? String(this.#sent) : undefined,
      delay: this.queue.fifo ? undefined : delay * 1_000,
      cause: 0,
    })
    this.kept.set(messageId, {
      order: this.#sent,
      group,
      visibleFrom: this.now + (this.queue.fifo ? 0 : delay * 1_000),
    })
  }

  receive(max: number, hidden: number): Message[] {
    const request = { max, visibilityTimeout: hidden * 1_000, cause: 0, waits: false }
    const messages = this.queue.receive(request).map(({ message }) => message)
    for (const message of messages) if (!this.handed.includes(message)) this.handed.push(message)
    return messages
  }

  /** Acts on one of the messages in flight, as its receiver would. */
  handle(act: 'delete' | 'free' | 'extend', which: number): void {
    const candidates = this.inFlight()
    const message = candidates[which % Math.max(1, candidates.length)]
    if (!message) return
    if (act === 'delete') {
      this.queue.delete(message, 0)
      this.kept.delete(message.messageId)
    } else this.queue.changeVisibility(message, act === 'free' ? 0 : 20_000)
  }

  /** Receives and deletes until nothing comes. */
  drain(): string[] {
    const drained: string[] = []
    // A receive that does not wait may miss what is there, where faults are on.
    while (this.queue.counts().visible > 0)
      for (const message of this.receive(10, 600)) {
        drained.push(message.messageId)
        this.queue.delete(message, 0)
      }
    return drained
  }

  /** Every count of the queue agrees with what the outside knows. */
  checkCounts(): void {
    const { visible, inFlight, delayed } = this.queue.counts()
    expect(visible + inFlight + delayed).toBe(this.kept.size)
    expect(inFlight).toBe(this.inFlight().length)
    expect(delayed).toBe([...this.kept.values()].filter(({ visibleFrom }) => visibleFrom > this.now).length)
  }
}

/** Does at every point, half the time, one of the bad things that AWS may do there. */
const hostile: FaultPlan = (point, _, draw) => {
  const actions = faultPoints[point]
  return draw < 0.5 ? 'none' : (actions[Math.floor((draw - 0.5) * 2 * actions.length)] ?? 'none')
}

async function perform(run: Run, steps: readonly Step[], received: (messages: Message[], before: Message[]) => void) {
  for (const each of steps) {
    const before = run.inFlight()
    if (each.do === 'send') run.send(`g${each.group}`, each.delay)
    else if (each.do === 'receive') received(run.receive(each.max, each.hidden), before)
    else if (each.do === 'advance') await run.kernel.clock.advance(each.seconds * 1_000)
    else run.handle(each.do, each.which)
    run.checkCounts()
  }
}

it.each([
  ['without faults', undefined],
  ['under every fault', hostile],
])(
  'FIFO queues never serve behind a message in flight, nor out of order, nor twice, nor lose any, %s',
  async (_, faults) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const run = new Run(true, faults)
        await perform(run, steps, (messages, before) => {
          const groups = messages.map(({ content }) => content.groupId ?? '')
          for (const group of new Set(groups)) {
            const served = messages.filter(({ content }) => content.groupId === group)
            const all = [...run.kept]
              .filter(([, kept]) => kept.group === group)
              .sort(([, a], [, b]) => a.order - b.order)
            // What is served of a group is the beginning of what is left of it, but for what was in flight behind.
            expect(served.map(({ messageId }) => messageId)).toEqual(all.slice(0, served.length).map(([id]) => id))
            const last = served.at(-1)?.place ?? 0
            for (const other of before.filter(({ content }) => content.groupId === group))
              expect(other.place).toBeGreaterThan(last)
          }
        })
        await run.kernel.clock.advance(60_000)
        const rest = run.drain()
        expect(rest.toSorted()).toEqual([...run.kept.keys()].toSorted())
      }),
      { numRuns: 150, seed: 1 },
    )
  },
)

it('standard queues serve only what is visible, each message once at a time, and lose none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const run = new Run(false)
      await perform(run, steps, (messages, before) => {
        const ids = messages.map(({ messageId }) => messageId)
        expect(new Set(ids).size).toBe(ids.length)
        for (const id of ids) expect(run.kept.get(id)?.visibleFrom).toBeLessThanOrEqual(run.now)
        for (const { messageId } of before) expect(ids).not.toContain(messageId)
      })
      await run.kernel.clock.advance(60_000)
      const rest = run.drain()
      expect(rest.toSorted()).toEqual([...run.kept.keys()].toSorted())
    }),
    { numRuns: 150, seed: 1 },
  )
})

it('standard queues under every fault reorder and repeat, but lose no message that was sent and not deleted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const run = new Run(false, hostile)
      for (const each of steps)
        if (each.do === 'send') run.send(`g${each.group}`, each.delay)
        else if (each.do === 'receive') run.receive(each.max, each.hidden)
        else if (each.do === 'advance') await run.kernel.clock.advance(each.seconds * 1_000)
        else run.handle(each.do, each.which)
      run.kernel.faults.use(undefined)
      await run.kernel.clock.advance(60_000)
      const rest = new Set(run.drain())
      for (const id of run.kept.keys()) expect(rest).toContain(id)
    }),
    { numRuns: 100, seed: 2 },
  )
})
