import { Stack } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { type EndpointDeclaration, variables } from '../../messaging/index.ts'
import type { Backbone } from './backbone.ts'
import { endpointStatements } from './consumer-role.ts'
import { declaredFunction } from './declared-function.ts'
import type { HandlerFunction } from './handler-function.ts'
import type { ServiceTable } from './service-table.ts'

/** The function behind a route of the HTTP API. The route itself is made by `Routes`, when every function is there. */
export class Endpoint extends Construct {
  readonly declaration: EndpointDeclaration
  readonly function: HandlerFunction

  constructor(
    scope: Construct,
    id: string,
    props: { readonly backbone: Backbone; readonly declaration: EndpointDeclaration; readonly table: ServiceTable },
  ) {
    super(scope, id)
    const { declaration, table } = props
    const { app, system } = props.backbone
    this.declaration = declaration
    this.function = declaredFunction(this, {
      backbone: props.backbone,
      declaration,
      may: () => {
        const commandQueueArns = system.commandQueueArns(this, declaration.sends)
        return endpointStatements(this, { app, declaration, tableArn: table.arn, commandQueueArns })
      },
      environment: () => ({
        [variables.commands]: Stack.of(this).toJsonString(system.commandDestinations(this, declaration.sends)),
        ...(declaration.stores.length > 0 && { [variables.table]: table.name }),
      }),
    })
  }
}
