import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { Dead } from '../../messaging/index.ts'
import { definitionOf } from '../../messaging/queue-handler.ts'
import { handleBatch } from '../../messaging/runtime/batch.ts'
import { commit } from '../../messaging/runtime/commit.ts'
import { startDeadline } from '../../messaging/runtime/deadline.ts'
import { openDesk } from '../../messaging/runtime/desk.ts'
import type { GroupCommit } from '../../messaging/runtime/group-commit.ts'
import type { Measures } from '../../messaging/runtime/measures.ts'
import type { Outgoing } from '../../messaging/runtime/outgoing.ts'
import { globals } from '../../messaging/runtime/ports.ts'
import { cases } from '../../test/messaging/crash/kit-subjects.ts'
import type { Traces } from '../../test/messaging/crash/subject.ts'
import { fated, type Item } from '../../test/messaging/lab.ts'
import { envelope } from '../../test/messaging/support.ts'
import type { Delivery, Way } from './traffic.ts'
import type { Site } from './ways.ts'

export const kitWays = (site: Site): readonly Way[] =>
  Object.entries(cases).map(([name, one]) => {
    const grouped = kitWay(site, name, one, true)
    return name.startsWith('B') ? { ...grouped, alone: kitWay(site, name, one, false) } : grouped
  })

function kitWay(site: Site, name: string, one: (typeof cases)[string], groups: boolean): Way {
  let dead = 0
  const measures: Measures = {
    count: (what) => {
      if (what === 'DeadLettered') dead += 1
    },
    processing: () => {},
    critical: () => {},
    attempts: () => {},
  }
  const plain = definitionOf(one.handler)
  const poisoned = new Set<string>()
  const definition: typeof plain = {
    ...plain,
    async handle(data, unit, context) {
      if (poisoned.has(context.envelope.id)) throw new Dead('poison')
      await plain.handle(data, unit, context)
    },
  }
  return {
    name: `kit, ${name}`,
    process() {
      const process = { alive: true, calls: [] as string[] }
      let strike: Parameters<typeof fated>[2] = () => undefined
      const fates: typeof strike = (command, n) => strike(command, n)
      const dynamo = fated(site.cloud.client(DynamoDBClient), process, fates)
      const sqs = fated(site.cloud.client(SQSClient), process, fates)
      const backlog = { isLong: async () => false }
      const desk = openDesk(definition, site.place, { dynamo, sqs, measures, backlog, ports: globals })
      const own = groups ? desk : { ...desk, commits: eachAlone(dynamo) }
      return {
        calls: () => process.calls.length,
        async invoke(batch, struck = () => undefined) {
          process.calls.splice(0)
          strike = struck
          for (const { id, poison } of batch) if (poison) poisoned.add(id)
          const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }
          const deadline = startDeadline(context, globals)
          const answer = await handleBatch(own, { Records: batch.map(recordOf) }, deadline).finally(deadline.clear)
          if (!process.alive) return 'crashed'
          return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
        },
      }
    },
    dead: () => dead,
    look: async () => tracesIn(await site.items(), one.effects),
  }
}

const eachAlone = (dynamo: DynamoDBClient): GroupCommit => ({
  alongside: (run) => run(),
  commit: (plan, signal) => commit(dynamo, plan, globals, signal),
})

const recordOf = ({ id, receives }: Delivery) => ({
  messageId: id,
  receiptHandle: id,
  body: JSON.stringify(
    envelope({ id, partitionkey: id, time: new Date(Date.now()).toISOString(), data: { orderId: id } }),
  ),
  attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(Date.now()) },
  eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:work',
})

/** Each message has a key of its own, the last part of the keys of all that it leaves. */
function tracesIn(items: readonly Item[], effects: (items: readonly Item[], id: string) => number): Traces {
  const byId = Map.groupBy(items, ({ pk }) => pk.slice(pk.lastIndexOf('#') + 1))
  const left = items.flatMap(({ _out }) => JSON.parse(String(_out ?? '[]')) as Outgoing[])
  const envelopes = left.map(({ body }) => JSON.parse(body) as { readonly id: string; readonly causationid: string })
  const byCause = Map.groupBy(envelopes, ({ causationid }) => causationid)
  return {
    effects: (id) => effects(byId.get(id) ?? [], id),
    published: (id) => (byCause.get(id) ?? []).map((message) => message.id),
  }
}
