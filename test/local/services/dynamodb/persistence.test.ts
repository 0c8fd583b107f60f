import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams'
import { expect, it, onTestFinished } from 'vitest'
import { table } from './operations.ts'
import { startTableCloud } from './support.ts'

it('a restart keeps tables, items, indexes, streams and the places in them', async () => {
  const persist = mkdtempSync(join(tmpdir(), 'penstock-tables-'))
  onTestFinished(() => rmSync(persist, { recursive: true }))
  const item = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk }, g: { S: 'x' }, b: { B: new Uint8Array([1, 2]) } })

  const first = await startTableCloud({ persist })
  const TableName = await first.table('kept', table)
  for (const sk of ['1', '2']) await first.db.send(new PutItemCommand({ TableName, Item: item(sk) }))
  const { Table } = await first.db.send(new DescribeTableCommand({ TableName }))
  const StreamArn = Table?.LatestStreamArn
  const { StreamDescription } = await first.streams.send(new DescribeStreamCommand({ StreamArn }))
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId
  const horizon = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const }
  const { ShardIterator } = await first.streams.send(new GetShardIteratorCommand(horizon))
  const { NextShardIterator, Records } = await first.streams.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }))
  expect(Records).toHaveLength(1)
  await first.stop()

  const second = await startTableCloud({ persist })
  onTestFinished(() => second.stop())
  const again = await second.db.send(new DescribeTableCommand({ TableName }))
  expect(again.Table).toEqual(Table)
  const Key = { pk: { S: 'p' }, sk: { S: '1' } }
  expect((await second.db.send(new GetItemCommand({ TableName, Key }))).Item).toEqual(item('1'))
  await second.db.send(new PutItemCommand({ TableName, Item: item('3') }))
  const byGroup = await second.db.send(
    new QueryCommand({
      TableName,
      IndexName: 'global',
      KeyConditionExpression: 'g = :g',
      ExpressionAttributeValues: { ':g': { S: 'x' } },
    }),
  )
  expect(byGroup.Items?.map(({ sk }) => sk?.S)).toEqual(['1', '2', '3'])
  const rest = await second.streams.send(new GetRecordsCommand({ ShardIterator: NextShardIterator }))
  expect(rest.Records?.map(({ dynamodb }) => dynamodb?.Keys?.sk?.S)).toEqual(['2', '3'])
})

it("a restart keeps transactions' request tokens for the rest of their ten minutes", async () => {
  const persist = mkdtempSync(join(tmpdir(), 'penstock-tables-'))
  onTestFinished(() => rmSync(persist, { recursive: true }))
  const add = (TableName: string, by = '1') =>
    new TransactWriteItemsCommand({
      ClientRequestToken: 'once',
      TransactItems: [
        {
          Update: {
            TableName,
            Key: { pk: { S: 'p' } },
            UpdateExpression: 'ADD n :by',
            ExpressionAttributeValues: { ':by': { N: by } },
          },
        },
      ],
    })
  const count = async ({ db }: typeof first) =>
    (await db.send(new GetItemCommand({ TableName, Key: { pk: { S: 'p' } } }))).Item?.n?.N

  const first = await startTableCloud({ persist })
  const TableName = await first.table('counted')
  await first.db.send(add(TableName))
  const start = first.cloud.clock.now()
  await first.stop()

  const second = await startTableCloud({ persist, start })
  onTestFinished(() => second.stop())
  await second.db.send(add(TableName))
  expect(await count(second)).toBe('1')
  await expect(second.db.send(add(TableName, '2'))).rejects.toThrow('same client token')
  await second.cloud.clock.advance(600_000)
  await second.db.send(add(TableName))
  expect(await count(second)).toBe('2')
})
