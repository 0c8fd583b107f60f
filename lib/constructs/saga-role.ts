import type { Construct } from 'constructs'
import { serviceOf } from '../../messaging/contract.ts'
import type { AnySaga, TableAccess } from '../../messaging/index.ts'
import { sagaKeeperName, sagaName, tableName } from '../../messaging/names.ts'
import { openSagaPartition } from '../../messaging/table-layout.ts'
import { executionsArn, functionArn, machineArn, qualifiedArn, tableArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { tableStatements } from './consumer-role.ts'
import { allow, type Statement } from './policy.ts'
import type { Step } from './step.ts'

/** What a saga's machine may do: call its steps, of any version that it may have begun with, and enter itself as open. */
export function machineStatements(
  scope: Construct,
  { app }: Backbone,
  saga: AnySaga,
  steps: readonly Step[],
): readonly Statement[] {
  const service = serviceOf(saga.name)
  return [
    allow(
      'CallSteps',
      ['lambda:InvokeFunction'],
      steps.map((step) => qualifiedArn(scope, step.function.name, '*')),
    ),
    allow('AskForAttention', ['lambda:InvokeFunction'], functionArn(scope, sagaKeeperName(app, service))),
    allow('Open', ['dynamodb:PutItem'], tableArn(scope, tableName(app, service)), {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${openSagaPartition(saga.name, '')}*`] },
    }),
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: none of these has a resource.
    allow('DeliverLogs', LOG_DELIVERY, '*'),
  ]
}

/** What a service's keeper may do: with the records of open sagas, with their executions, and tell steps that a saga is closed. */
export function keeperStatements(
  scope: Construct,
  keeper: {
    readonly app: string
    readonly sagas: readonly AnySaga[]
    readonly steps: readonly Step[]
    readonly tableArn: string
  },
): readonly Statement[] {
  const machines = keeper.sagas.map(({ name }) => sagaName(keeper.app, name))
  return [
    ...tableStatements(keeper.tableArn, keptItems(keeper.sagas)),
    allow(
      'Look',
      ['states:DescribeExecution'],
      machines.map((machine) => executionsArn(scope, machine)),
    ),
    // A recovery runs the version that the stopped execution ran.
    allow(
      'Recover',
      ['states:StartExecution'],
      machines.map((machine) => machineArn(scope, `${machine}:*`)),
    ),
    allow(
      'Close',
      ['lambda:InvokeFunction'],
      keeper.steps.map((step) => functionArn(scope, step.function.name)),
    ),
  ]
}

const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]

const keptItems = (sagas: readonly AnySaga[]): readonly TableAccess[] => [
  {
    actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    keys: sagas.map(({ name }) => `${openSagaPartition(name, '')}*`),
  },
]
