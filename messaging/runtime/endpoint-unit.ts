import type { AnyCommand } from '../contract.ts'
import type { EndpointDefinition } from '../endpoint.ts'
import { type CommandDestinations, variables } from '../environment.ts'
import { narrowed } from '../only.ts'
import type { SendOptions } from '../unit.ts'
import { readableAggregate } from './aggregate-handle.ts'
import { dynamoClient, sqsClient } from './clients.ts'
import { sendCommand } from './command.ts'
import { requestedId } from './ids.ts'
import { ownClaimBucket } from './packing.ts'
import type { Ports } from './ports.ts'
import type { KeyedRequest } from './request.ts'
import { jsonSetting, settings } from './settings.ts'
import { readableStore } from './store-handle.ts'
import { openTable } from './table.ts'
import { type Trace, traceparentOf } from './trace.ts'

/** Opens what the endpoint declared once, and answers a unit for each request. */
export function endpointUnitOf(
  definition: EndpointDefinition,
  ports: Ports,
): (request: KeyedRequest, trace: Trace) => object {
  const stores = readableUnit(definition, ports)
  const send = definition.sends.length > 0 ? openSender(definition, ports) : undefined
  return (request, trace) => ({ ...stores, ...(send && { send: send(request, trace) }) })
}

/** What a handler that commits nothing may read. */
export function readableUnit({ stores }: Pick<EndpointDefinition, 'stores'>, ports: Ports): object {
  if (Object.keys(stores).length === 0) return {}
  const table = openTable(dynamoClient(), settings({ table: variables.table }).table, ports)
  return Object.fromEntries(
    Object.entries(stores).map(([name, kept]) => {
      const handle = kept.kind === 'store' ? readableStore(kept, table) : readableAggregate(kept, table)
      return [name, narrowed(handle, kept, 'read')]
    }),
  )
}

function openSender({ declaration, sends }: EndpointDefinition, ports: Ports) {
  const { commands } = settings({ commands: variables.commands })
  const destinations = jsonSetting<CommandDestinations>(variables.commands, commands)
  const sqs = sqsClient()
  const sender = { id: declaration.id, bucket: ownClaimBucket }
  return (request: KeyedRequest, trace: Trace) => {
    let index = 0
    return async (contract: AnyCommand, wire: unknown, options?: SendOptions): Promise<{ id: string }> => {
      if (!sends.some((declared) => declared.name === contract.name))
        throw new TypeError(`'${contract.name}' is not in \`sends\` of this endpoint`)
      const id = requestedId(request.caller, declaration.id, request.key, index++)
      const cause = { correlationid: request.id, traceparent: traceparentOf(trace), hops: 0 }
      await sendCommand(sqs, destinations, { contract, wire, id, time: ports.now(), cause, options, sender })
      return { id }
    }
  }
}
