import { fileURLToPath } from 'node:url'
import { Stack, Validations } from 'aws-cdk-lib'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { variables } from '../../messaging/index.ts'
import { busName, metricsNamespace, relayName, sweeperName } from '../../messaging/names.ts'
import { OUT } from '../../messaging/table-layout.ts'
import type { Backbone } from './backbone.ts'
import { HandlerFunction } from './handler-function.ts'
import { Queue } from './queue.ts'
import { relayStatements, shippingFindings } from './relay-role.ts'
import { relayDeadLetterQueueName } from './resource-names.ts'
import { scheduleGivesUp } from './scheduled-call.ts'
import type { Service } from './service.ts'
import type { ServiceTable } from './service-table.ts'
import { Sweeper } from './sweeper.ts'

interface RelayProps {
  readonly backbone: Backbone
  readonly service: Service
  readonly table: ServiceTable
}

/** Ships what the service's units committed: the only one of the service that may publish or send. */
export class Relay extends Construct {
  readonly function: HandlerFunction
  /** Records that the stream gave up on: the last net, as the relay parks by itself what can never be published. */
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, props: RelayProps) {
    super(scope, id)
    const { backbone, service, table } = props
    const { app, mode, alarms } = backbone
    const name = relayName(app, service.name)
    this.deadLetters = new Queue(this, 'DeadLetters', {
      name: relayDeadLetterQueueName(name),
      mode,
      senders: (arn) => [scheduleGivesUp(this, 'SweepsGiveUp', arn, sweeperName(app, service.name))],
    })
    const shipping = { ...props, deadLetters: this.deadLetters }
    const environment = () => this.#environment(props)
    this.function = new HandlerFunction(this, 'Handler', {
      name,
      file: fileURLToPath(import.meta.resolve('../../messaging/relay.ts')),
      mode,
      alarms,
      memory: 512,
      timeout: 60_000,
      may: () => relayStatements(this, shipping),
      environment: () => ({ ...environment(), [variables.deadLetterQueueUrl]: this.deadLetters.url }),
    })
    Validations.of(this.function).acknowledge(findsStream, ...shippingFindings(service, app))
    this.#poll(table)
    alarms.ofDeadLetters(this.deadLetters, this.deadLetters.name)
    alarms.ofStreamAge(this, name)
    const dimensions = { service: service.name, relay: service.name }
    alarms.ofKitMetric(this, 'Parked', { functionName: name, namespace: metricsNamespace(app), dimensions })
    new Sweeper(this, 'Sweeper', { ...shipping, environment })
  }

  #environment({ backbone, service, table }: RelayProps): Readonly<Record<string, string>> {
    return {
      [variables.app]: backbone.app,
      [variables.service]: service.name,
      [variables.table]: table.name,
      [variables.bus]: busName(backbone.app),
      [variables.manifest]: JSON.stringify(service.manifest),
      [variables.destinations]: Stack.of(this).toJsonString(backbone.system.destinationsOf(this, service)),
    }
  }

  #poll(table: ServiceTable): void {
    new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: table.streamArn,
      functionName: this.function.resource.ref,
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // Only throttles and outages fail a batch: they are retried as long as the stream keeps the records.
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: -1,
      // Halving a batch would let a later change of an item overtake an earlier one.
      bisectBatchOnFunctionError: false,
      destinationConfig: { onFailure: { destination: this.deadLetters.arn } },
      filterCriteria: { filters: outgoing.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
    })
  }
}

const findsStream = {
  id: 'AwsSolutions-IAM5[Resource::*]',
  reason: 'dynamodb:ListStreams is checked when the mapping is made, and can be granted on no single stream',
}

/** New images that carry outgoing messages; the rest of the stream costs no invocation. */
const outgoing = [{ eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { [OUT]: { S: [{ exists: true }] } } } }]
