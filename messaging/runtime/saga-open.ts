import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { OPEN_SAGA_SHARDS, openSagaKey, openSagaPartition, SORT_KEY } from '../table-layout.ts'
import { digest256 } from './ids.ts'
import { attributes, type Item, type Table } from './table.ts'

/** A saga that is not over, as its machine and the keeper have noted it. */
export interface OpenSaga {
  readonly sagaId: string
  /** ARN of the execution that is at it, the first one's or a recovery's. */
  readonly execution: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly attention?: Attention
}

/** What an operator has to look at. */
export interface Attention {
  readonly step: string
  /** State of the machine that is stuck. */
  readonly state: string
  readonly code: string
  readonly message: string
  readonly token: string
  /** RFC 3339, of the last reminder. */
  readonly since: string
}

/** The records of one saga's open executions. */
export interface OpenSagas {
  get(sagaId: string): Promise<OpenSaga | undefined>
  all(): Promise<readonly OpenSaga[]>
  /** Notes that another execution is at it now, in the place of `stopped`: what is told late does not set it back. */
  handOver(sagaId: string, stopped: string, execution: string, startedAt: number): Promise<void>
  /** Of a saga that was closed before, and whose execution was redriven, there is a record again. */
  needAttention(sagaId: string, execution: string, attention: Attention): Promise<void>
  /** An operator has decided about this very task. */
  attended(sagaId: string, token: string): Promise<void>
  close(sagaId: string): Promise<void>
}

export function openSagasOf(saga: string, dynamo: DynamoDBClient, table: Table): OpenSagas {
  const keyOf = (sagaId: string) => openSagaKey(saga, digest256(sagaId), sagaId)
  const update = async (sagaId: string, text: string, values: Item, condition?: string) => {
    try {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes(keyOf(sagaId)),
          UpdateExpression: text,
          ...(condition && { ConditionExpression: condition }),
          ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        }),
      )
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }
  return {
    async get(sagaId) {
      const item = await table.get(keyOf(sagaId), true)
      return item && openSagaIn(item)
    },
    async all() {
      const found = await Promise.all(
        OPEN_SAGA_SHARDS.map((shard) => table.query(openSagaPartition(saga, shard), '', false)),
      )
      return found.flat().map(openSagaIn)
    },
    handOver: (sagaId, stopped, execution, startedAt) =>
      update(
        sagaId,
        'SET execution = :execution, startedAt = if_not_exists(startedAt, :at) REMOVE attention',
        {
          ':execution': { S: execution },
          ':at': { S: new Date(startedAt).toISOString() },
          ':stopped': { S: stopped },
        },
        'attribute_not_exists(execution) OR execution = :stopped',
      ),
    needAttention: (sagaId, execution, attention) =>
      update(
        sagaId,
        'SET attention = :attention, execution = if_not_exists(execution, :execution), startedAt = if_not_exists(startedAt, :since)',
        {
          ':attention': { S: JSON.stringify(attention) },
          ':execution': { S: execution },
          ':since': { S: attention.since },
        },
      ),
    attended: (sagaId, token) =>
      update(sagaId, 'REMOVE attention', { ':token': { S: token } }, 'contains(attention, :token)'),
    async close(sagaId) {
      await dynamo.send(new DeleteItemCommand({ TableName: table.name, Key: attributes(keyOf(sagaId)) }))
    },
  }
}

function openSagaIn(item: Item): OpenSaga {
  const attention = item.attention?.S
  return {
    sagaId: item[SORT_KEY]?.S ?? '',
    execution: item.execution?.S ?? '',
    startedAt: Date.parse(item.startedAt?.S ?? ''),
    ...(attention !== undefined && { attention: JSON.parse(attention) as Attention }),
  }
}
