import type { Construct } from 'constructs'
import { relayTableAccess } from '../../messaging/index.ts'
import { busName, topicName } from '../../messaging/names.ts'
import { isRelayed } from '../../messaging/route.ts'
import { busArn, topicArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { scheduleStatements, tableStatements } from './consumer-role.ts'
import { allow, type Statement } from './policy.ts'
import type { Queue } from './queue.ts'
import type { Service } from './service.ts'
import type { ServiceTable } from './service-table.ts'

/** A relay that could publish everything would do it for whoever can write a row: it may ship its service's declared types only. */
export function relayStatements(
  scope: Construct,
  relay: {
    readonly service: Service
    readonly backbone: Backbone
    readonly table: ServiceTable
    readonly deadLetters: Queue
  },
): readonly Statement[] {
  const { service, backbone, table } = relay
  const events = service.published
  const topics = events
    .filter(({ route }) => isRelayed(route))
    .map((event) => topicArn(scope, topicName(backbone.app, event)))
  const queues = backbone.system.commandQueueArns(scope, service.shipped)
  const schedules = Object.values(backbone.system.scheduleTargets(scope, service.shipped))
  return [
    allow(
      'ReadStream',
      ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
      table.streamArn,
    ),
    // Checked when the mapping is made, and never on one stream: it has no resource.
    allow('FindStream', ['dynamodb:ListStreams'], '*'),
    ...tableStatements(
      table.arn,
      relayTableAccess({ ordered: [...events, ...service.shipped].some((one) => one.ordered) }),
    ),
    allow('GiveUp', ['sqs:SendMessage'], relay.deadLetters.arn),
    ...(events.length > 0
      ? [
          allow('PublishOwnEvents', ['events:PutEvents'], busArn(scope, busName(backbone.app)), {
            StringEquals: { 'events:source': service.name, 'events:detail-type': events.map((event) => event.name) },
          }),
        ]
      : []),
    ...(topics.length > 0 ? [allow('PublishOrdered', ['sns:Publish'], topics)] : []),
    ...(queues.length > 0 ? [allow('SendCommands', ['sqs:SendMessage'], queues)] : []),
    ...scheduleStatements(
      scope,
      schedules,
      service.shipped.some(({ timer }) => timer),
    ),
  ]
}
