import {
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud
let arn: string

beforeAll(async () => {
  tables = await startTableCloud()
  await tables.table('kept')
  arn = (await tables.db.send(new DescribeTableCommand({ TableName: 'kept' }))).Table?.TableArn ?? ''
})
afterAll(() => tables.stop())

const policy = (action: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: action, Resource: arn }],
  })

const put = async (action: string, ExpectedRevisionId?: string) =>
  (await tables.db.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy: policy(action), ExpectedRevisionId })))
    .RevisionId

it('tells the revision that was expected and the one that is there', async () => {
  const first = await put('dynamodb:GetItem')
  const second = await put('dynamodb:PutItem', first)
  expect(second).not.toBe(first)
  const message = `Resource-based policy not found for the provided ResourceArn: Requested update for policy with revision id ${first}, but the policy associated to target table kept has revision id ${second}.`
  await expect(put('dynamodb:Query', first)).rejects.toMatchObject({ name: 'PolicyNotFoundException', message })
  const deletion = new DeleteResourcePolicyCommand({ ResourceArn: arn, ExpectedRevisionId: first })
  await expect(tables.db.send(deletion)).rejects.toMatchObject({ name: 'PolicyNotFoundException', message })
  await expect(put('dynamodb:Query', 'NO_POLICY')).rejects.toMatchObject({
    message: `Resource-based policy not found for the provided ResourceArn: Requested policy update expecting none to be present for table kept, but a policy exists with revision id ${second}.`,
  })
})

it('names the table, not the ARN, where a policy is asked of a table that is not there', async () => {
  for (const command of [
    new GetResourcePolicyCommand({ ResourceArn: `${arn}-not` }),
    new DeleteResourcePolicyCommand({ ResourceArn: `${arn}-not` }),
    new PutResourcePolicyCommand({ ResourceArn: `${arn}-not`, Policy: policy('dynamodb:GetItem') }),
  ])
    await expect(tables.db.send(command as GetResourcePolicyCommand)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: kept-not not found',
    })
})
