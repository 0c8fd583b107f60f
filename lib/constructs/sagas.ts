import { Stack } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { serviceOf } from '../../messaging/contract.ts'
import { type AnySaga, stepsOf } from '../../messaging/index.ts'
import { metricsNamespace, sagaKeeperName } from '../../messaging/names.ts'
import { defaultRuleArn, fromSource, functionArn, machineArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { allowService } from './policy.ts'
import { Queue } from './queue.ts'
import { sweepRuleName, unrecoveredQueueName } from './resource-names.ts'
import { SagaDashboard } from './saga-dashboard.ts'
import { SagaMachine } from './saga-machine.ts'

/** As for every rule: after a day the event goes to the dead-letter queue. The keeper's sweep finds the saga all the same. */
const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 }

/**
 * The state machines of all services' sagas. A saga calls steps of many services, so its stack comes after theirs, and before the
 * routes that let messages in.
 */
export class Sagas extends Construct {
  readonly machines: readonly SagaMachine[]

  constructor(scope: Construct, id: string, props: { readonly backbone: Backbone }) {
    super(scope, id)
    const { backbone } = props
    const { app, mode, alarms, system } = backbone
    for (const service of system.services) {
      const stack = Stack.of(service)
      if (stack !== Stack.of(this)) Stack.of(this).addStackDependency(stack, 'a saga calls versions of its steps')
    }
    this.machines = system.sagas.map((saga) => new SagaMachine(this, saga.name.replace('.', ''), { backbone, saga }))
    const unrecovered = new Queue(this, 'Unrecovered', {
      name: unrecoveredQueueName(app),
      mode,
      senders: (arn) => [
        allowService(
          'RulesGiveUp',
          'events.amazonaws.com',
          'sqs:SendMessage',
          arn,
          fromSource(...this.#ruleNames(backbone).map((name) => defaultRuleArn(this, name))),
        ),
      ],
    })
    alarms.ofDeadLetters(unrecovered, unrecovered.name)
    for (const machine of this.machines) this.#watch(machine, app, unrecovered)
    for (const service of system.services) if (service.keeper) this.#sweep(service.keeper.function.name, unrecovered)
    for (const machine of this.machines) this.#alarm(machine, backbone)
    new SagaDashboard(this, 'Dashboard', { backbone, machines: this.machines })
    backbone.system.addSagas(this)
  }

  #ruleNames({ system }: Backbone): readonly string[] {
    const keepers = system.services.flatMap(({ keeper }) => (keeper ? [keeper.function.name] : []))
    return [...this.machines.map(({ name }) => name), ...keepers.map(sweepRuleName)]
  }

  #alarm(machine: SagaMachine, { app, alarms }: Backbone): void {
    const { name, saga } = machine
    alarms.ofMachine(machine, name)
    alarms.ofSaga(machine, name, metricsNamespace(app), {
      dimensions: { service: serviceOf(saga.name), saga: saga.name },
      seconds: patienceWith(saga),
    })
  }

  /** Events can be missed, and an execution that hangs makes none: every open saga is looked at now and then. */
  #sweep(keeper: string, unrecovered: Queue): void {
    const rule = new CfnRule(this, `${keeper}Sweep`, {
      name: sweepRuleName(keeper),
      scheduleExpression: 'rate(5 minutes)',
      targets: [
        {
          id: 'keeper',
          arn: functionArn(this, keeper),
          input: JSON.stringify({ sweep: true }),
          deadLetterConfig: { arn: unrecovered.arn },
        },
      ],
    })
    this.#permit(`${keeper}Sweeps`, keeper, rule)
  }

  #permit(id: string, keeper: string, rule: CfnRule): void {
    new CfnPermission(this, id, {
      action: 'lambda:InvokeFunction',
      functionName: functionArn(this, keeper),
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    })
  }

  /** An execution that was stopped from outside has compensated nothing: the keeper starts one that does. */
  #watch({ node, name, saga }: SagaMachine, app: string, unrecovered: Queue): void {
    const keeper = functionArn(this, sagaKeeperName(app, serviceOf(saga.name)))
    const rule = new CfnRule(this, `${node.id}Stopped`, {
      name,
      eventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [machineArn(this, name)], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [{ id: 'keeper', arn: keeper, deadLetterConfig: { arn: unrecovered.arn }, retryPolicy }],
    })
    this.#permit(`${node.id}Keeps`, sagaKeeperName(app, serviceOf(saga.name)), rule)
  }
}

/** Of a saga that only waits for answers as long as it may. */
const SPARE_SECONDS = 900

const patienceWith = ({ nodes }: AnySaga): number =>
  SPARE_SECONDS + stepsOf(nodes).reduce((sum, { answerWithin = 0 }) => sum + answerWithin / 1000, 0)
