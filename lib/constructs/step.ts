import { Construct } from 'constructs'
import { type StepHandlerDeclaration, variables } from '../../messaging/index.ts'
import { metricsNamespace, parameters } from '../../messaging/names.ts'
import type { Backbone } from './backbone.ts'
import { stepStatements } from './consumer-role.ts'
import { declaredFunction } from './declared-function.ts'
import type { HandlerFunction } from './handler-function.ts'
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
    const { app, alarms } = backbone
    this.declaration = declaration
    this.function = declaredFunction(this, {
      backbone,
      declaration,
      may: () => stepStatements(this, { app, declaration, tableArn: table.arn }),
      environment: () => ({
        [variables.step]: declaration.id,
        [variables.table]: table.name,
      }),
    })
    this.version = new PublishedVersion(this, 'Published', {
      function: this.function,
      parameter: parameters.step(app, declaration.step.name),
    })
    const { service, id: step } = declaration
    alarms.ofKitMetric(this.function, 'Failed', {
      functionName: this.function.name,
      namespace: metricsNamespace(app),
      dimensions: { service, step },
    })
  }
}
