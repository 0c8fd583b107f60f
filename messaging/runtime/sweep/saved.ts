import { BatchWriteItemCommand, DeleteItemCommand, QueryCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { OUT, OUTBOX_LIFETIME_SECONDS, PARTITION_KEY, SORT_KEY, savedPartition, TTL } from '../../table-layout.ts'
import { fullJitter, sleep } from '../ports.ts'
import { publish } from '../publishing.ts'
import type { RelayDesk } from '../relay-desk.ts'
import { instantOf, type StreamRecord, unload } from '../stream-record.ts'

/** Under another name than in the stream: to save a message is not to send it. */
const SAVED = 'saved'
const WRITE_AT_ONCE = 25
const PAGE = 100

/** Keeps what the records carry in rows that the stream's end does not reach, in their order. Saving twice is saving once. */
export async function save({ dynamo, table, ports }: RelayDesk, records: readonly StreamRecord[]): Promise<void> {
  const rows = records.flatMap((record) => {
    const unloaded = unload(record)
    const raw = record.dynamodb.NewImage?.[OUT]?.S
    if (!unloaded || raw === undefined) return []
    const Item = {
      [PARTITION_KEY]: { S: savedPartition },
      [SORT_KEY]: { S: record.dynamodb.SequenceNumber.padStart(40, '0') },
      [SAVED]: { S: raw },
      by: { S: unloaded.producer },
      at: { N: String(instantOf(record)) },
      [TTL]: { N: String(Math.floor(ports.now() / 1000) + OUTBOX_LIFETIME_SECONDS) },
    }
    return [{ PutRequest: { Item } }]
  })
  for (let from = 0; from < rows.length; from += WRITE_AT_ONCE) {
    let wanted: WriteRequest[] = rows.slice(from, from + WRITE_AT_ONCE)
    for (let round = 1; wanted.length > 0; round++) {
      const { UnprocessedItems } = await dynamo.send(
        new BatchWriteItemCommand({ RequestItems: { [table.name]: wanted } }),
      )
      wanted = UnprocessedItems?.[table.name] ?? []
      if (wanted.length > 0) await sleep(ports, fullJitter(ports, round, 50, 2_000))
    }
  }
}

/** Publishes what was saved, in its order, and forgets it. Answers false where it cannot leave yet. */
export async function publishSaved(desk: RelayDesk): Promise<boolean> {
  for (;;) {
    const { Items = [] } = await desk.dynamo.send(
      new QueryCommand({
        TableName: desk.table.name,
        ConsistentRead: true,
        Limit: PAGE,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': PARTITION_KEY },
        ExpressionAttributeValues: { ':pk': { S: savedPartition } },
      }),
    )
    if (Items.length === 0) return true
    const records = Items.map((item) =>
      recordFrom(BigInt(item[SORT_KEY]?.S ?? '0').toString(), item.by?.S ?? '', item[SAVED]?.S ?? ''),
    )
    const failed = await publish(desk, records)
    const done =
      failed === undefined ? Items.length : records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failed)
    for (const item of Items.slice(0, done)) {
      const Key = { [PARTITION_KEY]: item[PARTITION_KEY] ?? { S: '' }, [SORT_KEY]: item[SORT_KEY] ?? { S: '' } }
      await desk.dynamo.send(new DeleteItemCommand({ TableName: desk.table.name, Key }))
    }
    if (failed !== undefined) return false
  }
}

/** As the stream would have told of it. */
export const recordFrom = (SequenceNumber: string, producer: string, raw: string): StreamRecord => ({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber, NewImage: { [PARTITION_KEY]: { S: `out#${producer}` }, [OUT]: { S: raw } } },
})
