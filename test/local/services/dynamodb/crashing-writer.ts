import { startCloud } from '../../../../local/cloud.ts'
import { table } from './operations.ts'

/**
 * A program of its own that writes transactions to a persistent cloud and prints the number of each that was answered,
 * until somebody kills it.
 */
const cloud = await startCloud({ clock: 'manual', seed: 'crash', persist: process.argv[2] as string })
const { context } = cloud
const call = (action: string, input: object) =>
  context.call({ caller: context.administrator, service: 'dynamodb', action, input })

for (const TableName of ['one', 'two']) await call('CreateTable', { TableName, ...table })
await cloud.kernel.clock.advance(100)
for (let count = 1; ; count++) {
  const item = { sk: { S: '1' }, g: { S: 'x' }, n: { N: String(count) } }
  const put = (TableName: string) => ({ Put: { TableName, Item: { pk: { S: String(count) }, ...item } } })
  const total = { Key: { pk: { S: 'total' }, sk: { S: '1' } }, UpdateExpression: 'ADD n :one' }
  const add = { TableName: 'one', ...total, ExpressionAttributeValues: { ':one': { N: '1' } } }
  await call('TransactWriteItems', { TransactItems: [put('one'), put('two'), { Update: add }] })
  process.stdout.write(`${count}\n`)
}
