import { Construct } from 'constructs'
import { metricsNamespace } from '../../messaging/names.ts'
import { machineArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { dashboard } from './dashboard.ts'
import type { SagaMachine } from './saga-machine.ts'
import type { Step } from './step.ts'
import { graph, type Metric, type Widget } from './widgets.ts'

/** Every saga: how many begin, end and turn back, how long they take, and what their steps come to. */
export class SagaDashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly backbone: Backbone; readonly machines: readonly SagaMachine[] },
  ) {
    super(scope, id)
    const { app } = props.backbone
    dashboard(
      this,
      `${app}-sagas`,
      props.machines.flatMap((machine) => [sagaRow(this, machine), stepsRow(app, machine.targets.steps)]),
    )
  }
}

function sagaRow(scope: Construct, { name, saga }: SagaMachine): readonly Widget[] {
  const dimensions = { StateMachineArn: machineArn(scope, name) }
  const metric = (of: string): Metric => ['AWS/States', of, dimensions]
  const ends = [
    'ExecutionsStarted',
    'ExecutionsSucceeded',
    'ExecutionsFailed',
    'ExecutionsTimedOut',
    'ExecutionsAborted',
  ]
  return [
    graph(`${saga.name}: begun, done, undone`, ends.map(metric), { width: 12, statistic: 'Sum' }),
    graph(`${saga.name}: the longest, ms`, [metric('ExecutionTime')], { width: 12, statistic: 'Maximum' }),
  ]
}

/** Metrics that the kit's runtime writes to the log (EMF). */
const stepsRow = (app: string, steps: readonly Step[]): readonly Widget[] => {
  const width = Math.max(6, Math.floor(24 / steps.length))
  return steps.map(({ declaration: { id: step, service } }) =>
    graph(
      step,
      ['Handled', 'Asked', 'Deduped', 'Refused', 'Failed', 'Compensated', 'NothingToCompensate'].map((of) => [
        metricsNamespace(app),
        of,
        { service, step },
      ]),
      { width, statistic: 'Sum' },
    ),
  )
}
