import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { comparable, type Operation, type Outcome, operation, perform, table } from './operations.ts'
import { startTableCloud, type TableCloud } from './support.ts'

/** Endpoint of Amazon's DynamoDB Local, a development tool (Maven: com.amazonaws:DynamoDBLocal); skipped without it. */
const endpoint = process.env.DYNAMODB_LOCAL

/**
 * Differences that were found and judged: AWS wins where it is known, and where it is not, two true messages about a
 * request that breaks two rules at once may come in either order.
 */
const judged: readonly { readonly ours: RegExp; readonly why: string }[] = [
  { ours: /document paths (overlap|conflict)/, why: 'which pair of paths is named depends on a hash order there' },
  { ours: /valid types: \{/, why: 'the order of the type names is recorded from AWS by dynalite' },
  { ours: /multiple operations on one item/, why: 'AWS checks it before any condition (conformance suite)' },
  { ours: /\[.*ValidationError.*\]/, why: 'the API reference lists these as reasons; there they are no reasons' },
  { ours: /\{B:/, why: 'prints a Java object there' },
  { ours: /invalid for update|does not exist in the item/, why: 'both hold, in either order' },
  { ours: /must be distinct from/, why: 'another operand is wrong, either may be named' },
  { ours: /Incorrect operand type/, why: 'two operands are wrong, either may be named' },
  { ours: /Type mismatch for Index Key/, why: 'AWS has this text for all writes (conformance suite)' },
]

/** A scan of an index is filtered there by attributes that the index does not have. */
const filtersIndex = ({ kind, input }: Operation): boolean =>
  kind === 'scan' && 'IndexName' in input && 'FilterExpression' in input

const isJudged = (ours: Outcome, theirs: Outcome): boolean =>
  'error' in ours && 'error' in theirs && judged.some((difference) => difference.ours.test(ours.message))

/**
 * AWS gives a LastEvaluatedKey whenever the limit is reached (dynalite's recordings); DynamoDB Local leaves it out
 * where the item lies on the range's own end.
 */
function withoutEnd(ours: Outcome, theirs: Outcome): Outcome {
  if ('error' in ours || 'error' in theirs) return ours
  const { LastEvaluatedKey, ...rest } = ours.answer as { LastEvaluatedKey?: unknown }
  const isEnd = LastEvaluatedKey !== undefined && !('LastEvaluatedKey' in (theirs.answer as object))
  return isEnd ? { answer: rest } : ours
}

interface Cloud {
  readonly db: DynamoDBClient
  readonly streams: DynamoDBStreamsClient
}

/** Records of a table's stream by key, in order. */
async function changes({ db, streams }: Cloud, TableName: string): Promise<Record<string, unknown[]>> {
  const { Table } = await db.send(new DescribeTableCommand({ TableName }))
  const StreamArn = Table?.LatestStreamArn
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
  const byKey: Record<string, unknown[]> = {}
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const }
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(start))
    for (let more = true; more && ShardIterator; ) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator }))
      for (const { eventName, dynamodb } of page.Records ?? []) {
        const key = JSON.stringify(comparable(dynamodb?.Keys ?? {}))
        const images = comparable({ old: dynamodb?.OldImage, next: dynamodb?.NewImage })
        byKey[key] = [...(byKey[key] ?? []), [eventName, images]]
      }
      ShardIterator = page.NextShardIterator
      more = (page.Records?.length ?? 0) > 0
    }
  }
  return Object.fromEntries(Object.entries(byKey).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

async function items({ db }: Cloud, TableName: string): Promise<unknown[]> {
  const { Items } = await db.send(new ScanCommand({ TableName }))
  return (Items ?? []).map(comparable).sort(byText)
}

const wrapping = /^1 validation error detected: (?!Value )|^Invalid KeyConditionExpression: (?=KeyCond)/

/**
 * A scan gives its items in no order that could be compared, and DynamoDB Local has not yet followed AWS in how some
 * errors are wrapped.
 */
function plain(kind: Operation['kind'], outcome: Outcome): Outcome {
  if ('error' in outcome) return { ...outcome, message: outcome.message.replace(wrapping, '') }
  if (kind !== 'scan') return outcome
  const { Items, ...rest } = outcome.answer as { Items: unknown[] }
  return { answer: { ...rest, Items: [...Items].sort(byText) } }
}

describe.skipIf(endpoint === undefined)('beside DynamoDB Local', () => {
  let ours: TableCloud
  let theirs: Cloud

  beforeAll(async () => {
    ours = await startTableCloud()
    const options = {
      endpoint: endpoint as string,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }
    theirs = { db: new DynamoDBClient(options), streams: new DynamoDBStreamsClient(options) }
  })
  afterAll(() => ours.stop())

  it('any calls give the same answers and errors, and leave the same items and stream', async () => {
    let count = 0
    const property = fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12 }), async (calls) => {
      count += 1
      const name = await ours.table(`differential-${process.pid}-${count}`, table)
      await theirs.db.send(new CreateTableCommand({ TableName: name, ...table }))
      for (const call of calls) {
        const [mine, other] = await Promise.all([perform(ours.db, name, call), perform(theirs.db, name, call)])
        // DynamoDB Local lets arithmetic put a number where an index has a text as its key.
        if ('error' in mine && mine.message.includes('Type mismatch for Index Key')) fc.pre('error' in other)
        if (isJudged(mine, other) || filtersIndex(call)) continue
        expect(plain(call.kind, withoutEnd(mine, other))).toEqual(plain(call.kind, other))
      }
      expect(await items(ours, name)).toEqual(await items(theirs, name))
      expect(await changes(ours, name)).toEqual(await changes(theirs, name))
      await theirs.db.send(new DeleteTableCommand({ TableName: name }))
    })
    await fc.assert(property, { numRuns: Number(process.env.DYNAMODB_LOCAL_RUNS ?? 25) })
  }, 600_000)
})
