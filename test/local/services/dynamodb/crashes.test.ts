import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { GetItemCommand, PutItemCommand, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { expect, it, onTestFinished } from 'vitest'
import { modelOf } from '../../../../local/services/dynamodb/model.ts'
import { table } from './operations.ts'
import { startTableCloud, type TableCloud } from './support.ts'

const Key = (pk: string) => ({ pk: { S: pk }, sk: { S: '1' } })

/** Everything that is kept of a table: its items, its indexes' entries and its stream's records. */
async function contents({ cloud, db }: TableCloud, TableName: string) {
  const { streams, tables } = modelOf(cloud.context)
  const state = streams.ofTable(tables.active(TableName))
  const records = (state?.shards ?? []).flatMap((shard) => (state ? streams.read(state, shard, 0, 1_000_000) : []))
  const items = async (IndexName?: string) => (await db.send(new ScanCommand({ TableName, IndexName }))).Items ?? []
  return {
    items: await items(),
    global: await items('global'),
    records: records.map(({ keys, event }) => [event, keys]),
  }
}

it.each([1, 2, 3])('a transaction whose write %i breaks off leaves nothing', async (broken) => {
  const tables = await startTableCloud()
  onTestFinished(() => tables.stop())
  const { db, cloud } = tables
  const [one, two] = [await tables.table('one', table), await tables.table('two', table)]
  await db.send(new PutItemCommand({ TableName: one, Item: { ...Key('old'), g: { S: 'x' }, v: { N: '1' } } }))
  const before = [await contents(tables, one), await contents(tables, two)]
  const TransactItems = [
    { Put: { TableName: one, Item: { ...Key('new'), g: { S: 'x' } } } },
    { Put: { TableName: two, Item: { ...Key('new'), g: { S: 'x' } } } },
    { Delete: { TableName: one, Key: Key('old') } },
  ]
  const { database } = modelOf(cloud.context)
  database.exec(`CREATE TEMP TRIGGER crash BEFORE INSERT ON main.records
    WHEN (SELECT COUNT(*) FROM main.records) = ${broken} BEGIN SELECT RAISE(ABORT, 'crash'); END`)
  await expect(db.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toThrow()
  expect([await contents(tables, one), await contents(tables, two)]).toEqual(before)
  database.exec('DROP TRIGGER crash')
  await db.send(new TransactWriteItemsCommand({ TransactItems }))
  const after = [await contents(tables, one), await contents(tables, two)]
  expect(after.map(({ items, global, records }) => [items.length, global.length, records.length])).toEqual([
    [1, 1, 3],
    [1, 1, 1],
  ])
})

it('a killed cloud keeps every answered transaction, and of another all or nothing', async () => {
  const persist = mkdtempSync(join(tmpdir(), 'penstock-crash-'))
  onTestFinished(() => rmSync(persist, { recursive: true }))
  const program = fileURLToPath(new URL('crashing-writer.ts', import.meta.url))
  const child = spawn(process.execPath, [program, persist], { stdio: ['ignore', 'pipe', 'inherit'] })
  let answered = 0
  for await (const line of createInterface({ input: child.stdout })) {
    answered = Number(line)
    if (answered === 300) child.kill('SIGKILL')
  }
  expect(answered).toBeGreaterThanOrEqual(300)

  const tables = await startTableCloud({ persist })
  onTestFinished(() => tables.stop())
  const { Item } = await tables.db.send(new GetItemCommand({ TableName: 'one', Key: Key('total') }))
  const total = Number(Item?.n?.N)
  expect(total).toBeGreaterThanOrEqual(answered)
  const [one, two] = [await contents(tables, 'one'), await contents(tables, 'two')]
  expect(two.items.map(({ n }) => Number(n?.N)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: total }, (_, at) => at + 1),
  )
  expect([one.items.length, one.global.length, two.global.length]).toEqual([total + 1, total, total])
  expect([one.records.length, two.records.length]).toEqual([2 * total, total])
}, 60_000)
