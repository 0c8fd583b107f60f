import { fileURLToPath } from 'node:url'
import { Stack, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { type AnySaga, type KeptSagas, keptSaga, stepsOf, variables } from '../../messaging/index.ts'
import { sagaKeeperName, sagaName } from '../../messaging/names.ts'
import { functionArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { HandlerFunction } from './handler-function.ts'
import { keeperStatements } from './saga-role.ts'
import type { ServiceTable } from './service-table.ts'
import type { Step } from './step.ts'

/** A sweep looks at every saga that is open. */
const TIMEOUT = 300_000

/** Looks after a service's sagas: takes up those that were stopped, closes those that are over, and tells who needs an operator. */
export class SagaKeeper extends Construct {
  readonly function: HandlerFunction

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly backbone: Backbone
      readonly service: string
      readonly sagas: readonly AnySaga[]
      readonly table: ServiceTable
    },
  ) {
    super(scope, id)
    const { backbone, service, sagas, table } = props
    const { app, mode, alarms, system } = backbone
    const stepsIn = (saga: AnySaga) => stepsOf(saga.nodes).flatMap(({ contract }) => system.stepsNamed(contract.name))
    this.function = new HandlerFunction(this, 'Handler', {
      name: sagaKeeperName(app, service),
      file: fileURLToPath(import.meta.resolve('../../messaging/saga-keeper.ts')),
      mode,
      alarms,
      memory: 512,
      timeout: TIMEOUT,
      may: () =>
        keeperStatements(this, { app, sagas, steps: [...new Set(sagas.flatMap(stepsIn))], tableArn: table.arn }),
      environment: () => ({
        [variables.app]: app,
        [variables.service]: service,
        [variables.table]: table.name,
        [variables.sagas]: Stack.of(this).toJsonString(this.#kept(backbone, sagas, stepsIn)),
      }),
    })
    Validations.of(this.function).acknowledge(...sagas.flatMap(({ name }) => findings(sagaName(app, name))))
  }

  #kept({ system }: Backbone, sagas: readonly AnySaga[], stepsIn: (saga: AnySaga) => readonly Step[]): KeptSagas {
    return Object.fromEntries(
      sagas.map((saga) => {
        const steps = Object.fromEntries(
          stepsIn(saga).map(({ declaration: { step, timeout }, function: { name } }) => [
            step.name,
            { arn: functionArn(this, name), timeout },
          ]),
        )
        const machine = system.liveMachineArn(this, saga.name)
        return [saga.name, keptSaga(saga, { steps, keeper: this.function.arn, table: '' }, machine)]
      }),
    )
  }
}

const ARN = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>'

const findings = (machine: string) => [
  {
    id: `AwsSolutions-IAM5[Resource::${ARN}:stateMachine:${machine}:*]`,
    reason: 'A recovery runs the version of the machine that the stopped execution ran, whichever that was',
  },
  {
    id: `AwsSolutions-IAM5[Resource::${ARN}:execution:${machine}:*]`,
    reason: "An execution is named after its saga's id",
  },
]
