import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { PARTITION_KEY, type TableKey, TTL } from '../table-layout.ts'
import { attributes, type Item } from './table.ts'

/** What is known of an effect. `undone` without a result: it was barred before it was begun. */
export interface EffectRecord {
  readonly state: 'running' | 'done' | 'undoing' | 'undone'
  readonly owner: string
  /** Epoch milliseconds; while it runs, nobody else may take it over before. */
  readonly leaseUntil: number
  /** JSON. */
  readonly result: string | undefined
  /** How many workers have begun the call without a word of its outcome. */
  readonly runs: number
}

/** A worker's hold on the record. Every write after the claim asks whether the record still is this owner's. */
export interface Hold {
  readonly key: TableKey
  readonly owner: string
}

/** The result of a write under a condition: what the record is now, or what was in the way. */
export type Written =
  | { readonly held: EffectRecord }
  /** `undefined`: there is no record. */
  | { readonly refused: EffectRecord | undefined }

/** The fenced records of effects, one item each. Every operation is one request. */
export interface EffectRecords {
  /** Begins the call, or takes it over from a worker whose lease has run out. @param forgetAt epoch seconds */
  claim(hold: Hold, now: number, until: number, forgetAt: number | undefined): Promise<Written>
  extend(hold: Hold, until: number): Promise<Written>
  /** Keeps the answer. */
  complete(hold: Hold, result: string | undefined): Promise<Written>
  /** Lets another worker take over at once. @param performed `false`: nothing has happened, as if never begun */
  release(hold: Hold, performed: boolean): Promise<Written>
  /** Bars what was never begun. */
  bar(hold: Hold): Promise<Written>
  /** Begins to undo the effect, as it was `seen`. */
  undo(hold: Hold, seen: EffectRecord, until: number): Promise<Written>
  /** Says what became of a call whose worker is gone. @param happened JSON of its answer, or that it has not happened */
  settle(key: TableKey, now: number, happened: { readonly result: string | undefined } | false): Promise<Written>
  /** Nobody asks for the record after that time any more. @param at epoch seconds */
  forgetAt(key: TableKey, at: number): Promise<void>
  /** @param happened `false`: there was nothing to undo */
  closeUndone(hold: Hold, happened: boolean): Promise<Written>
}

export function openEffectRecords(client: DynamoDBClient, table: string): EffectRecords {
  const write = async (hold: Pick<Hold, 'key'> & Partial<Hold>, change: Change): Promise<Written> => {
    const { text, condition, values = {} } = change
    const sets: Record<string, AttributeValue> = {
      ...(hold.owner !== undefined && { ':me': { S: hold.owner } }),
      ...values,
    }
    try {
      const { Attributes = {} } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: attributes(hold.key),
          UpdateExpression: text,
          ConditionExpression: condition,
          ExpressionAttributeValues: sets,
          ...namesIn(`${text} ${condition}`),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { held: recordIn(Attributes) }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      return { refused: error.Item && recordIn(error.Item) }
    }
  }
  return {
    claim: (hold, now, until, forgetAt) =>
      write(hold, {
        text: `SET #state = :running, #owner = :me, leaseUntil = :until${forgetAt ? ', #ttl = :ttl' : ''} ADD runs :one`,
        condition: 'attribute_not_exists(#pk) OR (#state = :running AND leaseUntil < :now)',
        values: {
          ...RUNNING,
          ':until': number(until),
          ':now': number(now),
          ':one': number(1),
          ...(forgetAt && { ':ttl': number(forgetAt) }),
        },
      }),
    extend: (hold, until) =>
      write(hold, {
        text: 'SET leaseUntil = :until',
        condition: '#owner = :me AND #state IN (:running, :undoing)',
        values: { ...RUNNING, ...UNDOING, ':until': number(until) },
      }),
    complete: (hold, result) =>
      write(hold, {
        text: `SET #state = :done${result === undefined ? '' : ', #result = :result'} REMOVE leaseUntil`,
        condition: MINE_AND_RUNNING,
        values: { ...RUNNING, ':done': { S: 'done' }, ...(result !== undefined && { ':result': { S: result } }) },
      }),
    release: (hold, performed) =>
      write(hold, {
        text: `SET leaseUntil = :zero${performed ? '' : ', runs = :zero'}`,
        condition: MINE_AND_RUNNING,
        values: { ...RUNNING, ':zero': number(0) },
      }),
    bar: (hold) =>
      write(hold, {
        text: 'SET #state = :undone, #owner = :me',
        condition: 'attribute_not_exists(#pk)',
        values: UNDONE,
      }),
    undo: (hold, seen, until) =>
      write(hold, {
        text: 'SET #state = :undoing, #owner = :me, leaseUntil = :until',
        condition: '#state = :seen AND #owner = :theirs',
        values: {
          ...UNDOING,
          ':until': number(until),
          ':seen': { S: seen.state },
          ':theirs': { S: seen.owner },
        },
      }),
    settle: (key, now, happened) => {
      const condition = '#state = :running AND leaseUntil < :now'
      const values = { ...RUNNING, ':now': number(now) }
      if (!happened)
        return write(
          { key },
          { text: 'SET leaseUntil = :zero, runs = :zero', condition, values: { ...values, ':zero': number(0) } },
        )
      const { result } = happened
      const text = `SET #state = :done${result === undefined ? '' : ', #result = :result'} REMOVE leaseUntil`
      const answer = { ':done': { S: 'done' }, ...(result !== undefined && { ':result': { S: result } }) }
      return write({ key }, { text, condition, values: { ...values, ...answer } })
    },
    async forgetAt(key, at) {
      await write(
        { key },
        { text: 'SET #ttl = :ttl', condition: 'attribute_exists(#pk)', values: { ':ttl': number(at) } },
      )
    },
    closeUndone: (hold, happened) =>
      write(hold, {
        text: `SET #state = :undone REMOVE leaseUntil${happened ? '' : ', runs'}`,
        condition: '#owner = :me AND #state = :undoing',
        values: { ...UNDOING, ...UNDONE },
      }),
  }
}

interface Change {
  readonly text: string
  readonly condition: string
  readonly values?: Readonly<Record<string, AttributeValue>>
}

const RUNNING = { ':running': { S: 'running' } }
const UNDOING = { ':undoing': { S: 'undoing' } }
const UNDONE = { ':undone': { S: 'undone' } }
const MINE_AND_RUNNING = '#owner = :me AND #state = :running'
const NAMES = { '#pk': PARTITION_KEY, '#ttl': TTL, '#state': 'state', '#owner': 'owner', '#result': 'result' }

const number = (value: number): AttributeValue => ({ N: String(value) })

/** DynamoDB refuses names that no expression uses. */
function namesIn(expressions: string): Pick<UpdateItemCommandInput, 'ExpressionAttributeNames'> {
  const used = Object.entries(NAMES).filter(([name]) => expressions.includes(name))
  return used.length > 0 ? { ExpressionAttributeNames: Object.fromEntries(used) } : {}
}

function recordIn(item: Item): EffectRecord {
  return {
    state: (item.state?.S ?? 'running') as EffectRecord['state'],
    owner: item.owner?.S ?? '',
    leaseUntil: Number(item.leaseUntil?.N ?? 0),
    result: item.result?.S,
    runs: Number(item.runs?.N ?? 0),
  }
}
