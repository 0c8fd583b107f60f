import type { Construct } from 'constructs'
import { relayOperatorAccess, relayTableAccess, stepsOf, sweeperTableAccess } from '../../messaging/index.ts'
import { busName, sagaName, scheduleGroupName, topicName } from '../../messaging/names.ts'
import { isRelayed } from '../../messaging/route.ts'
import { busArn, executionsArn, machineArn, topicArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { scheduleStatements, tableStatements } from './consumer-role.ts'
import { allow, type Statement } from './policy.ts'
import type { Queue } from './queue.ts'
import type { Service } from './service.ts'
import type { ServiceTable } from './service-table.ts'

export interface Shipping {
  readonly service: Service
  readonly backbone: Backbone
  readonly table: ServiceTable
  readonly deadLetters: Queue
}

/** A relay that could publish everything would do it for whoever can write a row: it may ship its service's declared types only. */
export function relayStatements(scope: Construct, shipping: Shipping): readonly Statement[] {
  return [
    readStream(shipping),
    // Checked when the mapping is made, and never on one stream: it has no resource.
    allow('FindStream', ['dynamodb:ListStreams'], '*'),
    ...tableStatements(shipping.table.arn, [...relayTableAccess(shipsOf(shipping)), ...relayOperatorAccess]),
    ...shipStatements(scope, shipping),
  ]
}

/** As the relay; and it keeps what cannot leave, and reads the rows of every consumer. */
export function sweeperStatements(scope: Construct, shipping: Shipping): readonly Statement[] {
  return [
    readStream(shipping),
    ...tableStatements(shipping.table.arn, sweeperTableAccess(shipsOf(shipping))),
    ...shipStatements(scope, shipping),
  ]
}

const readStream = ({ table }: Shipping): Statement =>
  allow('ReadStream', ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'], table.streamArn)

const shipsOf = ({ service }: Shipping) => ({
  ordered: [...service.published, ...service.shipped].some((contract) => contract.ordered),
})

/** The ways out. */
function shipStatements(scope: Construct, { service, backbone, deadLetters }: Shipping): readonly Statement[] {
  const events = service.published
  const topics = events
    .filter(({ route }) => isRelayed(route))
    .map((event) => topicArn(scope, topicName(backbone.app, event)))
  const { system } = backbone
  const commands = system.commandQueueArns(scope, service.shipped)
  const queues = [...new Set([...commands, ...system.retryQueueArns(scope, service)])]
  const schedules = [
    ...Object.values(system.scheduleTargets(scope, service.shipped)),
    ...Object.values(system.retriesOf(scope, service)).map(({ schedule }) => schedule),
  ]
  return [
    allow('GiveUp', ['sqs:SendMessage'], deadLetters.arn),
    ...(events.length > 0
      ? [
          allow('PublishOwnEvents', ['events:PutEvents'], busArn(scope, busName(backbone.app)), {
            StringEquals: { 'events:source': service.name, 'events:detail-type': events.map((event) => event.name) },
          }),
        ]
      : []),
    ...(topics.length > 0 ? [allow('PublishOrdered', ['sns:Publish'], topics)] : []),
    ...(queues.length > 0 ? [allow('SendCommands', ['sqs:SendMessage'], queues)] : []),
    ...sagaStatements(scope, { service, backbone }),
    ...scheduleStatements(
      scope,
      schedules,
      service.shipped.some(({ timer }) => timer),
    ),
  ]
}

/** Starts the declared sagas, and tells the tasks that wait for its consumers' answers. */
function sagaStatements(
  scope: Construct,
  { service, backbone: { app, system } }: { readonly service: Service; readonly backbone: Backbone },
): readonly Statement[] {
  const { started, answered } = service
  const machines = started.map((saga) => sagaName(app, saga))
  // A late answer starts an execution that undoes it.
  const recovered = system.sagas
    .filter(({ nodes }) => stepsOf(nodes).some(({ contract }) => answered.includes(contract.name)))
    .map(({ name }) => machineArn(scope, sagaName(app, name)))
  return [
    ...(machines.length > 0
      ? [
          allow(
            'StartSagas',
            ['states:StartExecution'],
            started.map((saga) => system.liveMachineArn(scope, saga)),
          ),
          allow(
            'CompareStarted',
            ['states:DescribeExecution'],
            machines.map((machine) => executionsArn(scope, machine)),
          ),
        ]
      : []),
    ...(recovered.length > 0 ? [allow('Recover', ['states:StartExecution'], recovered)] : []),
    // A token says which task it is: there is no resource to name.
    ...(answered.length > 0 ? [allow('AnswerTasks', ['states:SendTaskSuccess', 'states:SendTaskFailure'], '*')] : []),
  ]
}

/** What cdk-nag finds in these statements, with the reasons. */
export const shippingFindings = ({ started, answered, retrying }: Service, app: string) => [
  ...retrying.map(({ id }) => ({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${scheduleGroupName(app, id)}/*]`,
    reason: "A schedule is named after its message's id",
  })),
  ...(answered.length > 0
    ? [{ id: 'AwsSolutions-IAM5[Resource::*]', reason: 'A task that waits for its answer is known by its token only' }]
    : []),
  ...started.map((saga) => ({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${sagaName(app, saga)}:*]`,
    reason: "An execution is named after its saga's id",
  })),
]
