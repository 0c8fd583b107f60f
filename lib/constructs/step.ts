import { Construct } from 'constructs'
import { type StepHandlerDeclaration, variables } from '../../messaging/index.ts'
import { consumerName, metricsNamespace, parameters } from '../../messaging/names.ts'
import type { Backbone } from './backbone.ts'
import { stepStatements } from './consumer-role.ts'
import { HandlerFunction } from './handler-function.ts'
import { usedEnvironment } from './outside.ts'
import { PublishedVersion } from './published-version.ts'
import type { ServiceTable } from './service-table.ts'

/** The function behind a saga's step. Sagas call the version that they were deployed with. */
export class Step extends Construct {
  readonly declaration: StepHandlerDeclaration
  readonly function: HandlerFunction
  readonly version: PublishedVersion

  constructor(
    scope: Construct,
    id: string,
    props: { readonly backbone: Backbone; readonly declaration: StepHandlerDeclaration; readonly table: ServiceTable },
  ) {
    super(scope, id)
    const { backbone, declaration, table } = props
    const { app, mode, alarms } = backbone
    this.declaration = declaration
    this.function = new HandlerFunction(this, 'Handler', {
      name: consumerName(app, declaration.id),
      file: declaration.file,
      mode,
      alarms,
      memory: declaration.memory,
      timeout: declaration.timeout,
      may: () => stepStatements(this, { app, declaration, tableArn: table.arn }),
      environment: () => ({
        [variables.app]: app,
        [variables.service]: declaration.service,
        [variables.step]: declaration.id,
        [variables.table]: table.name,
        ...usedEnvironment(app, declaration.uses),
      }),
    })
    this.version = new PublishedVersion(this, 'Published', {
      function: this.function,
      parameter: parameters.step(app, declaration.step.name),
    })
    const { service, id: step } = declaration
    alarms.ofStep(this.function, this.function.name, metricsNamespace(app), { service, step })
  }
}
