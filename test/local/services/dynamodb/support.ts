import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

export interface TableCloud {
  readonly cloud: TestCloud
  readonly db: DynamoDBClient
  readonly streams: DynamoDBStreamsClient
  /** Makes an on-demand table with a text key `pk` unless told otherwise, and waits until it is ACTIVE. */
  table(name: string, more?: Partial<CreateTableCommandInput>): Promise<string>
  stop(): Promise<void>
}

/** A cloud with clients of DynamoDB and its streams. */
export async function startTableCloud(options: Parameters<typeof startTestCloud>[0] = {}): Promise<TableCloud> {
  const cloud = await startTestCloud(options)
  const db = cloud.client(DynamoDBClient)
  return {
    cloud,
    db,
    streams: cloud.client(DynamoDBStreamsClient),
    async table(name, more = {}) {
      await db.send(
        new CreateTableCommand({
          TableName: name,
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          ...more,
        }),
      )
      await cloud.clock.advance(100)
      return name
    },
    stop: () => cloud.stop(),
  }
}

/** Members of CreateTable for a table with the text keys `pk` and `sk`. */
export const composite = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
} satisfies Partial<CreateTableCommandInput>
