import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { again, type Fate, type Lab, openLab } from '../lab.ts'
import { envelope } from '../support.ts'
import { gated, ordered as handler } from './kit-subjects.ts'
import { streamed } from './streamed.ts'

/** Two messages of each of two keys in one batch of a FIFO queue. */
const ROUNDS = [0, 1]

let lab: Lab
beforeAll(async () => {
  lab = await openLab({ fifo: true })
})
afterAll(() => lab.stop())

const batch = async (run: string) => {
  const messages = ROUNDS.flatMap((round) =>
    ['a', 'b'].map((key) => {
      const orderId = `${run}-${key}`
      return envelope({ id: `${orderId}-${round}`, partitionkey: orderId, data: { orderId } })
    }),
  )
  return lab.arrive(messages)
}

it('F40: order by key holds, whatever befalls the worker of a FIFO queue at whichever of its calls', async () => {
  const calm = await lab.invoke(handler, await batch('calm'))
  expect(calm.staying).toEqual([])
  const runs: string[] = ['calm']
  for (const fate of ['crash before', 'crash after', 'lose answer'] satisfies Fate[])
    for (let n = 0; n < calm.calls.length; n++) {
      const run = `${fate.replace(' ', '-')}-${n}`
      runs.push(run)
      const records = await batch(run)
      // An invocation that fails as a whole leaves the whole batch on the queue, as one that crashes does.
      const { staying } = await lab
        .invoke(handler, records, (_, call) => (call === n ? fate : undefined))
        .catch(() => ({ staying: 'crashed' as const }))
      // What was not answered for comes again, in order.
      let left = records.filter(({ messageId }) => staying === 'crashed' || staying.includes(messageId))
      for (let receives = 2; left.length > 0 && receives < 6; receives++) {
        const { staying: still } = await lab.invoke(
          handler,
          left.map((record) => again(record, receives)),
        )
        left = left.filter(({ messageId }) => still.includes(messageId))
      }
      expect(left).toEqual([])
    }
  const zombies = await batch('zombie')
  const held = Promise.withResolvers<void>()
  const dynamo = gated(lab.cloud.client(DynamoDBClient), (n) => (n === 2 ? held.promise : undefined))
  const zombie = lab.invoke(handler, zombies, undefined, { dynamo })
  await lab.invoke(
    handler,
    zombies.map((record) => again(record)),
  )
  held.resolve()
  await zombie
  runs.push('zombie')

  const left = await streamed(lab)
  for (const run of runs)
    for (const key of ['a', 'b']) {
      const of = left.filter(({ partitionkey }) => partitionkey === `${run}-${key}`)
      expect(of.map(({ seq, causationid }) => [seq, causationid])).toEqual(
        ROUNDS.map((round) => [round + 1, `${run}-${key}-${round}`]),
      )
    }
})
