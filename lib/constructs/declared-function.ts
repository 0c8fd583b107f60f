import { Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { type Declaration, variables } from '../../messaging/index.ts'
import { consumerName } from '../../messaging/names.ts'
import type { Backbone } from './backbone.ts'
import { claimEnvironment, claimFindings, claimStatements } from './claims.ts'
import { HandlerFunction, type HandlerFunctionProps } from './handler-function.ts'
import { usedEnvironment } from './outside.ts'

interface DeclaredFunctionProps extends Pick<HandlerFunctionProps, 'may' | 'environment'> {
  readonly backbone: Backbone
  readonly declaration: Declaration
}

/** The function of a handler that stands in a file of its own: all that its declaration says in general, whatever kind it is of. */
export function declaredFunction(scope: Construct, props: DeclaredFunctionProps): HandlerFunction {
  const { declaration, may, environment } = props
  const { app, mode, alarms } = props.backbone
  const { id, service, file, memory, timeout, uses } = declaration
  const handler = new HandlerFunction(scope, 'Handler', {
    name: consumerName(app, id),
    file,
    mode,
    alarms,
    memory,
    timeout,
    may: () => [...may(), ...claimStatements(app, declaration)],
    environment: () => ({
      [variables.app]: app,
      [variables.service]: service,
      ...environment(),
      ...claimEnvironment(app, declaration),
      ...usedEnvironment(app, uses),
    }),
  })
  Validations.of(handler).acknowledge(...claimFindings(app, declaration))
  return handler
}
