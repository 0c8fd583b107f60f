import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { CfnRole } from 'aws-cdk-lib/aws-iam'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { CfnStateMachine, CfnStateMachineAlias, CfnStateMachineVersion } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { type AnySaga, compileSaga } from '../../messaging/index.ts'
import { parameters, sagaName } from '../../messaging/names.ts'
import { fromSource, machineArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { keepData } from './mode.ts'
import { policyOf } from './policy.ts'
import { LIVE } from './published-version.ts'
import { machineLogGroupName } from './resource-names.ts'
import { machineStatements } from './saga-role.ts'
import { type MachineTargets, targetsOf } from './saga-targets.ts'
import type { Step } from './step.ts'

/**
 * The state machine of a saga: compiled from its declaration, published as a version, and started by its alias. A saga under way
 * keeps the definition, and the versions of its steps' functions, that it began with.
 */
export class SagaMachine extends Construct {
  readonly saga: AnySaga
  readonly name: string
  readonly targets: MachineTargets
  readonly #backbone: Backbone

  /** @throws SagaError with every rule that the saga breaks */
  constructor(scope: Construct, id: string, props: { readonly backbone: Backbone; readonly saga: AnySaga }) {
    super(scope, id)
    const { backbone, saga } = props
    this.#backbone = backbone
    this.saga = saga
    this.name = sagaName(backbone.app, saga.name)
    this.targets = targetsOf(this, backbone, saga)
    this.#publish(this.#machine(this.#role()))
    new CfnParameter(this, 'Parameter', {
      name: parameters.saga(backbone.app, saga.name),
      type: 'String',
      value: machineArn(this, `${this.name}:${LIVE}`),
    })
  }

  #machine(role: CfnRole): CfnStateMachine {
    const { mode } = this.#backbone
    const logs = new CfnLogGroup(this, 'Logs', {
      logGroupName: machineLogGroupName(this.name),
      retentionInDays: mode === 'production' ? 90 : 7,
    })
    keepData(mode, logs)
    const machine = new CfnStateMachine(this, 'Machine', {
      stateMachineName: this.name,
      stateMachineType: 'STANDARD',
      roleArn: role.attrArn,
      definition: compileSaga(this.saga, this.targets.targets),
      definitionSubstitutions: this.targets.substitutions,
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.attrArn } }],
      },
    })
    Validations.of(machine).acknowledge(...machineFindings)
    return machine
  }

  #role(): CfnRole {
    const role = new CfnRole(this, 'Role', {
      assumeRolePolicyDocument: policyOf([
        {
          Effect: 'Allow',
          Principal: { Service: 'states.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Resource: undefined,
          Condition: fromSource(machineArn(this, this.name)),
        },
      ]),
      policies: [
        {
          policyName: 'Declared',
          policyDocument: policyOf(machineStatements(this, this.#backbone, this.saga, this.targets.steps)),
        },
      ],
    })
    Validations.of(role).acknowledge(...roleFindings(this.targets.steps))
    return role
  }

  /** Whatever is replaced stays: executions under way, and those that are redriven, still need it. */
  #publish(machine: CfnStateMachine): void {
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: machine.attrArn,
      stateMachineRevisionId: machine.attrStateMachineRevisionId,
    })
    version.applyRemovalPolicy(RemovalPolicy.RETAIN)
    new CfnStateMachineAlias(this, 'Live', {
      name: LIVE,
      routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
    })
  }
}

const roleFindings = (steps: readonly Step[]) => [
  { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'The delivery of logs can be granted on no single resource' },
  ...steps.map(({ function: { name } }) => ({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}:*]`,
    reason: 'A saga under way calls the version that it began with, however many are published meanwhile',
  })),
]

const machineFindings = [
  {
    id: 'AwsSolutions-SF1',
    reason: 'A Standard execution keeps its whole history for 90 days; the log holds failures',
  },
  { id: 'AwsSolutions-SF2', reason: "Traces travel by the messages' W3C trace context, as everywhere in the app" },
]
