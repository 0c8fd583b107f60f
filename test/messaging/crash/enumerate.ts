import type { Fate } from '../lab.ts'
import type { Subject } from './subject.ts'

/** What became of one message in one history. */
export interface Ending {
  readonly history: string
  readonly id: string
  readonly effects: number
  readonly published: readonly string[]
}

const FATES: readonly Fate[] = ['crash before', 'crash after', 'lose answer']

/** What befalls a worker, in a word, and how it goes for the message `id` where the worker's n-th call is struck. */
export interface Blow {
  readonly name: string
  strike(subject: Subject, id: string, n: number): Promise<unknown>
}

const blows: readonly Blow[] = [
  ...FATES.map((fate) => ({
    name: fate,
    strike: (subject: Subject, id: string, n: number) =>
      subject.deliver(id, { fates: (_, call) => (call === n ? fate : undefined) }),
  })),
  {
    name: 'outlives its lease',
    async strike(subject, id, n) {
      const [held, resume] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const gate = (call: number) => {
        if (call !== n) return undefined
        held.resolve()
        return resume.promise
      }
      const zombie = subject.deliver(id, { gate })
      await Promise.race([held.promise, zombie])
      subject.later()
      await subject.deliver(id, {})
      resume.resolve()
      await zombie
    },
  },
  {
    name: 'meets its double',
    async strike(subject, id, n) {
      const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      // Both have made n calls before either makes the next.
      const gate = (own: number) => async (call: number) => {
        if (call !== n) return
        gates[own]?.resolve()
        await gates[1 - own]?.promise
      }
      const both = [0, 1].map(async (own) => {
        await subject.deliver(id, { gate: gate(own) })
        gates[own]?.resolve()
      })
      await Promise.all(both)
    },
  },
]

/** Every blow at every call of a worker; then the message comes three times more, after leases and timeouts have run out. */
export async function enumerate(subject: Subject): Promise<readonly Ending[]> {
  const calls = await subject.deliver(`calm-${subject.name}`, {})
  const struck: { readonly history: string; readonly id: string }[] = []
  for (const { name, strike } of blows)
    for (let n = 0; n < calls; n++) {
      const id = `${name.replaceAll(' ', '-')}-${n}-${subject.name}`
      await strike(subject, id, n)
      struck.push({ history: name, id })
    }
  if (process.env.PENSTOCK_CRASHES === 'pairs')
    for (const first of blows)
      for (const second of blows)
        for (let n = 0; n < calls; n++)
          for (let m = 0; m < calls; m++) {
            const id = `${first.name}-${n}-${second.name}-${m}-${subject.name}`.replaceAll(' ', '-')
            await first.strike(subject, id, n)
            subject.later()
            await second.strike(subject, id, m)
            struck.push({ history: `${first.name}, then ${second.name}`, id })
          }
  for (let round = 0; round < 3; round++) {
    subject.later()
    for (const { id } of struck) await subject.deliver(id, {})
  }
  const { effects, published } = await subject.look()
  return struck.map(({ history, id }) => ({ history, id, effects: effects(id), published: published(id) }))
}

/** Once: one effect, and what leaves for its sake leaves once under one id. */
export const isExact = ({ effects, published }: Ending): boolean => effects === 1 && published.length === 1
