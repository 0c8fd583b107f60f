import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Destinations, type Manifest, variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import { RELAY } from '../table-layout.ts'
import type { CarrierTo } from './carriers/letter.ts'
import { dynamoClient } from './clients.ts'
import { CARRIERS, type Destination, type Dispatch, type Means } from './freight.ts'
import { type HeartbeatItem, openHeartbeat } from './heartbeat-item.ts'
import { Logger } from './logger.ts'

import { createMetrics } from './measures.ts'
import type { Metrics } from './metrics.ts'
import { openParking, type Parking } from './parking.ts'
import type { Ports } from './ports.ts'
import type { Addressed } from './routing.ts'
import { jsonSetting, settings } from './settings.ts'
import type { Carrier } from './ship.ts'
import { openTable, type Table } from './table.ts'

/** What the relay, or the sweeper, of one service holds from its first invocation on. */
export interface RelayDesk {
  readonly dispatch: Dispatch
  readonly dynamo: DynamoDBClient
  readonly table: Table
  readonly heartbeat: HeartbeatItem
  readonly parking: Parking
  readonly carrierTo: (destination: Destination) => Promise<Carrier<Addressed>>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly ports: Ports
}

/** @param role dimension of its metrics, field of its log lines */
export function openRelayDesk(ports: Ports, role: 'relay' | 'sweeper'): RelayDesk {
  const set = settings({
    app: variables.app,
    service: variables.service,
    table: variables.table,
    bus: variables.bus,
    manifest: variables.manifest,
    destinations: variables.destinations,
  })
  const dynamo = dynamoClient()
  const table = openTable(dynamo, set.table, ports)
  const destinations = jsonSetting<Destinations>(variables.destinations, set.destinations)
  return {
    dispatch: { bus: set.bus, destinations, manifest: jsonSetting<Manifest>(variables.manifest, set.manifest) },
    dynamo,
    table,
    heartbeat: openHeartbeat(dynamo, table),
    parking: openParking(dynamo, table, RELAY, ports),
    carrierTo: carriers(ports),
    logger: new Logger(set.service, { [role]: set.service }),
    metrics: createMetrics(metricsNamespace(set.app), set.service, { [role]: set.service }),
    ports,
  }
}

/** Each way out is opened once, when something first goes there. */
function carriers({ now }: Ports): RelayDesk['carrierTo'] {
  const open = new Map<Means, Promise<CarrierTo>>()
  return async ({ means, address, target }) => {
    const opened = open.get(means) ?? CARRIERS[means](now)
    open.set(means, opened)
    return (await opened)(address, target)
  }
}
