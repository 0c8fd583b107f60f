import { fileURLToPath } from 'node:url'
import { Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { variables } from '../../messaging/index.ts'
import { sweeperName } from '../../messaging/names.ts'
import { HandlerFunction } from './handler-function.ts'
import { type Shipping, shippingFindings, sweeperStatements } from './relay-role.ts'
import { calledOnSchedule } from './scheduled-call.ts'

/** The stream keeps 24 h and the sweeper begins after 6: it has eighteen chances. */
const EVERY = 'rate(1 hour)'

/**
 * Publishes in the relay's place while that is long behind, before the stream drops what waits in it. It has the relay's rights
 * and none of its triggers, so that what stops the one need not stop the other.
 */
export class Sweeper extends Construct {
  readonly function: HandlerFunction

  constructor(
    scope: Construct,
    id: string,
    props: Shipping & { readonly environment: () => Readonly<Record<string, string>> },
  ) {
    super(scope, id)
    const { backbone, service, table, deadLetters } = props
    const name = sweeperName(backbone.app, service.name)
    this.function = new HandlerFunction(this, 'Handler', {
      name,
      file: fileURLToPath(import.meta.resolve('../../messaging/sweeper.ts')),
      mode: backbone.mode,
      alarms: backbone.alarms,
      memory: 512,
      timeout: 900_000,
      may: () => sweeperStatements(this, props),
      environment: () => ({ ...props.environment(), [variables.stream]: table.streamArn }),
    })
    Validations.of(this.function).acknowledge(...shippingFindings(service, backbone.app))
    calledOnSchedule(this, {
      rule: { id: 'Hourly', name },
      every: EVERY,
      target: 'sweeper',
      function: this.function,
      deadLetters: deadLetters.arn,
    })
  }
}
