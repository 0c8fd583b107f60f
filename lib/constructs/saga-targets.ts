import type { Construct } from 'constructs'
import { serviceOf } from '../../messaging/contract.ts'
import { type AnySaga, type SagaTargets, stepsOf } from '../../messaging/index.ts'
import { sagaKeeperName, tableName } from '../../messaging/names.ts'
import { functionArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import type { Step } from './step.ts'

/** What a saga's machine calls: in the definition by placeholders, whose values stand beside it. */
export interface MachineTargets {
  readonly targets: SagaTargets
  /** Placeholder -> ARN. */
  readonly substitutions: Readonly<Record<string, string>>
  /** The functions of its steps. */
  readonly steps: readonly Step[]
}

const KEEPER = 'Keeper'

/** @throws TypeError for a step that no service of the app handles */
export function targetsOf(scope: Construct, { app, system }: Backbone, saga: AnySaga): MachineTargets {
  const service = serviceOf(saga.name)
  const contracts = [...new Set(stepsOf(saga.nodes).map(({ contract }) => contract.name))]
  const steps = contracts.flatMap((contract) => system.stepsNamed(contract).slice(0, 1))
  const placeholders = new Map(steps.map((step) => [step, step.declaration.step.name.replace('.', '')]))
  return {
    steps,
    targets: {
      keeper: `\${${KEEPER}}`,
      table: tableName(app, service),
      steps: Object.fromEntries(
        steps.map(({ declaration: { step, timeout } }, index) => [
          step.name,
          { arn: `\${${placeholders.get(steps[index] as Step)}}`, timeout },
        ]),
      ),
    },
    substitutions: {
      [KEEPER]: functionArn(scope, sagaKeeperName(app, service)),
      ...Object.fromEntries([...placeholders].map(([step, placeholder]) => [placeholder, step.version.reference])),
    },
  }
}
