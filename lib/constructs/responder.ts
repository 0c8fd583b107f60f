import { Stack } from 'aws-cdk-lib'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import { type QueryDestination, type ResponderDeclaration, variables } from '../../messaging/index.ts'
import { deadLetterQueueName, parameters, queueName } from '../../messaging/names.ts'
import type { Backbone } from './backbone.ts'
import { responderStatements } from './consumer-role.ts'
import { declaredFunction } from './declared-function.ts'
import type { HandlerFunction } from './handler-function.ts'
import { Queue } from './queue.ts'
import type { ServiceTable } from './service-table.ts'

/** A request that nobody answers is dropped at its deadline: only a crash again and again brings one here. */
const RECEIVES = 10

/** The way of a query's requests to its responder, and of its replies into the table. */
export class Responder extends Construct {
  readonly declaration: ResponderDeclaration
  readonly queue: Queue
  readonly function: HandlerFunction

  constructor(
    scope: Construct,
    id: string,
    props: { readonly backbone: Backbone; readonly declaration: ResponderDeclaration; readonly table: ServiceTable },
  ) {
    super(scope, id)
    const { backbone, declaration, table } = props
    const { app, mode, alarms } = backbone
    this.declaration = declaration
    const deadLetters = new Queue(this, 'DeadLetters', { name: deadLetterQueueName(app, declaration.id, false), mode })
    this.queue = new Queue(this, 'Queue', {
      name: queueName(app, declaration.id, false),
      mode,
      // A request that failed is wanted again soon, or never.
      visibilityTimeout: Math.ceil(declaration.timeout / 1000),
      deadLetters: { arn: deadLetters.arn, maxReceiveCount: RECEIVES },
    })
    this.function = declaredFunction(this, {
      backbone,
      declaration,
      may: () => responderStatements(this, { app, declaration, tableArn: table.arn, queue: this.queue, deadLetters }),
      environment: () => ({
        [variables.responder]: declaration.id,
        [variables.table]: table.name,
        [variables.deadLetterQueueUrl]: deadLetters.url,
      }),
    })
    new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: this.queue.arn,
      functionName: this.function.resource.ref,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: backbone.system.boundOf(declaration.concurrency) },
    })
    const destination: QueryDestination = {
      queue: this.queue.url,
      function: this.function.name,
      table: table.name,
    }
    new CfnParameter(this, 'Query', {
      name: parameters.query(app, declaration.query),
      type: 'String',
      value: Stack.of(this).toJsonString(destination),
    })
    alarms.ofDeadLetters(deadLetters, deadLetters.name)
  }
}
