import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda'
import { variables } from '../../messaging/environment.ts'
import { openParking, type ParkedMessage } from '../../messaging/runtime/parking.ts'
import { globals } from '../../messaging/runtime/ports.ts'
import { openTable } from '../../messaging/runtime/table.ts'
import { parkedGroupKey, RELAY } from '../../messaging/table-layout.ts'

export interface Tools {
  readonly dynamodb: DynamoDBClient
  readonly lambda: LambdaClient
}

/** Who parks messages: a consumer, or a service's relay. */
export interface Owner {
  /** Id of the consumer; `relay` for a relay. */
  readonly id: string
  readonly functionName: string
  readonly table: string
}

export interface Group {
  readonly owner: Owner
  readonly group: string
  readonly parked: number
  readonly head: ParkedMessage | undefined
}

/** Functions of the kit tell by their environment who they are, and where their table is. */
export async function ownersOf({ lambda }: Tools, app: string): Promise<readonly Owner[]> {
  const owners: Owner[] = []
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    for (const { FunctionName: functionName = '', Environment } of Functions) {
      const set = Environment?.Variables ?? {}
      // A sweeper has the relay's environment, but for its dead-letter queue.
      const isRelay = set[variables.manifest] !== undefined && set[variables.deadLetterQueueUrl] !== undefined
      const id = set[variables.consumer] ?? (isRelay ? RELAY : undefined)
      const table = set[variables.table]
      if (set[variables.app] === app && id !== undefined && table !== undefined)
        owners.push({ id, functionName, table })
    }
  return owners
}

export async function groupsOf({ dynamodb }: Tools, owner: Owner): Promise<readonly Group[]> {
  const table = openTable(dynamodb, owner.table, globals)
  const listed = await table.query(parkedGroupKey(owner.id, '').pk, '', true)
  const names = listed.map(({ sk }) => sk?.S ?? '')
  const parking = openParking(dynamodb, table, owner.id, globals)
  const states = await parking.states(names)
  return Promise.all(
    names.map(async (group) => {
      const [head] = await parking.first(group, 1)
      return { owner, group, parked: states.get(group)?.parked ?? 0, head }
    }),
  )
}

export const messagesIn = ({ dynamodb }: Tools, owner: Owner, group: string): Promise<readonly ParkedMessage[]> =>
  openParking(dynamodb, openTable(dynamodb, owner.table, globals), owner.id, globals).first(group)
