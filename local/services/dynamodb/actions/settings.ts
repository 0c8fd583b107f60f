import type {
  DescribeEndpointsCommandInput,
  DescribeEndpointsCommandOutput,
  DescribeLimitsCommandInput,
  DescribeLimitsCommandOutput,
  DescribeTimeToLiveCommandInput,
  DescribeTimeToLiveCommandOutput,
  UpdateTimeToLiveCommandInput,
  UpdateTimeToLiveCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, newTableName } from '../constraints.ts'
import { invalid } from '../errors.ts'
import type { Model } from '../model.ts'
import type { Table } from '../tables/table.ts'

/** A table's time to live can change once in so long. */
const TTL_CHANGE_MS = 3_600_000

const updateTimeToLive = (model: Model): Action =>
  action<UpdateTimeToLiveCommandInput, UpdateTimeToLiveCommandOutput>({
    accepts: ['TableName', 'TimeToLiveSpecification'],
    access: (input) => [tableAccess(model, 'UpdateTimeToLive', input.TableName)],
    run(input) {
      const name = newTableName(input.TableName)
      const asked = input.TimeToLiveSpecification
      new Constraints()
        .present('timeToLiveSpecification', asked)
        .present('timeToLiveSpecification.enabled', asked?.Enabled)
        .present('timeToLiveSpecification.attributeName', asked?.AttributeName)
        .length('timeToLiveSpecification.attributeName', asked?.AttributeName, 1, 255)
        .done()
      const table = controlledTable(model, name)
      const [attribute, enabled] = [asked?.AttributeName as string, asked?.Enabled as boolean]
      checkTtlChange(table, attribute, enabled, model.context.kernel.clock.now())
      model.ttl.change(table, attribute, enabled)
      return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } }
    },
  })

function checkTtlChange(table: Table, attribute: string, enabled: boolean, now: number): void {
  const ttl = table.state.ttl
  if (enabled && ttl?.status === 'ENABLED')
    throw invalid(
      ttl.attribute === attribute
        ? 'TimeToLive is already enabled'
        : `TimeToLive is active on a different AttributeName: current AttributeName is ${ttl.attribute}`,
    )
  if (!enabled && ttl?.status !== 'ENABLED') throw invalid('TimeToLive is already disabled')
  if (!enabled && ttl?.attribute !== attribute)
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${ttl?.attribute}`)
  if (ttl && now - ttl.changedAt < TTL_CHANGE_MS)
    throw invalid('Time to live has been modified multiple times within a fixed interval')
}

/** The table of a request about a table's settings, which can be changed once it is ready. */
function controlledTable(model: Model, name: string): Table {
  const table = model.tables.named(name)
  if (table.state.status === 'CREATING')
    throw new AwsError(
      'ResourceInUseException',
      `Attempt to change a resource which is still in use: Table is being created: ${name}`,
    )
  return table
}

const describeTimeToLive = (model: Model): Action =>
  action<DescribeTimeToLiveCommandInput, DescribeTimeToLiveCommandOutput>({
    accepts: ['TableName'],
    access: (input) => [tableAccess(model, 'DescribeTimeToLive', input.TableName)],
    run(input) {
      const { ttl } = model.tables.named(newTableName(input.TableName)).state
      if (ttl?.status !== 'ENABLED') return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }
      return { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: ttl.attribute } }
    },
  })

const describeLimits = (_model: Model): Action =>
  action<DescribeLimitsCommandInput, DescribeLimitsCommandOutput>({
    accepts: [],
    access: () => [{ action: 'dynamodb:DescribeLimits', resource: '*' }],
    run: () => ({
      AccountMaxReadCapacityUnits: 80_000,
      AccountMaxWriteCapacityUnits: 80_000,
      TableMaxReadCapacityUnits: 40_000,
      TableMaxWriteCapacityUnits: 40_000,
    }),
  })

const describeEndpoints = (model: Model): Action =>
  action<DescribeEndpointsCommandInput, DescribeEndpointsCommandOutput>({
    accepts: [],
    access: () => [{ action: 'dynamodb:DescribeEndpoints', resource: '*' }],
    run: () => ({ Endpoints: [{ Address: new URL(model.context.endpoint()).host, CachePeriodInMinutes: 1440 }] }),
  })

export const settingActions = (model: Model): Record<string, Action> => ({
  UpdateTimeToLive: updateTimeToLive(model),
  DescribeTimeToLive: describeTimeToLive(model),
  DescribeLimits: describeLimits(model),
  DescribeEndpoints: describeEndpoints(model),
})
