import { fileURLToPath } from 'node:url'
import { Stack } from 'aws-cdk-lib'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { type ConsumerDeclaration, type KeptBreakers, variables } from '../../messaging/index.ts'
import { breakerKeeperName, metricsNamespace } from '../../messaging/names.ts'
import { breakerKey } from '../../messaging/table-layout.ts'
import { eventSourceMappingArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import type { Consumer } from './consumer.ts'
import { tableStatements } from './consumer-role.ts'
import { HandlerFunction } from './handler-function.ts'
import { allow, type Statement } from './policy.ts'
import { Queue } from './queue.ts'
import { calledOnSchedule, scheduleGivesUp } from './scheduled-call.ts'
import type { ServiceTable } from './service-table.ts'

/** Above its consumers' timeouts: it waits for the one that probes. */
const SPARE = 30_000
const LONGEST_TIMEOUT = 900_000
/** A round that crashes comes again; what never works is for a person. */
const RECEIVES = 10
const EVERY = 'rate(5 minutes)'

interface BreakerKeeperProps {
  readonly backbone: Backbone
  readonly service: string
  /** Those whose breaker pauses them. */
  readonly consumers: readonly Consumer[]
  readonly table: ServiceTable
}

/** Pauses consumers of a service whose breaker stays open, probes meanwhile, and lets them go on: the only one that may switch mappings. */
export class BreakerKeeper extends Construct {
  readonly function: HandlerFunction
  readonly queue: Queue
  readonly deadLetters: Queue
  /** MaximumConcurrency of its mapping: a breaker's probe must not wait for another's. */
  readonly concurrency: number

  constructor(scope: Construct, id: string, props: BreakerKeeperProps) {
    super(scope, id)
    const { backbone, service, consumers, table } = props
    const { app, mode, alarms } = backbone
    const name = breakerKeeperName(app, service)
    const timeout = Math.min(
      LONGEST_TIMEOUT,
      SPARE + Math.max(...consumers.map(({ declaration }) => declaration.timeout)),
    )
    this.deadLetters = new Queue(this, 'DeadLetters', {
      name: `${name}-dlq`,
      mode,
      senders: (arn) => [scheduleGivesUp(this, 'ClockGivesUp', arn, name)],
    })
    this.queue = new Queue(this, 'Queue', {
      name,
      mode,
      visibilityTimeout: Math.ceil(timeout / 1000),
      deadLetters: { arn: this.deadLetters.arn, maxReceiveCount: RECEIVES },
    })
    const kept = keptBreakers(consumers)
    this.concurrency = Math.max(2, Object.keys(kept).length)
    this.function = new HandlerFunction(this, 'Handler', {
      name,
      file: fileURLToPath(import.meta.resolve('../../messaging/breaker-keeper.ts')),
      mode,
      alarms,
      memory: 256,
      timeout,
      may: () => this.#statements(props),
      environment: () => ({
        [variables.app]: app,
        [variables.service]: service,
        [variables.table]: table.name,
        [variables.breakers]: Stack.of(this).toJsonString(kept),
        [variables.breakerQueueUrl]: this.queue.url,
      }),
    })
    this.#triggers(name)
    alarms.ofDeadLetters(this.deadLetters, this.deadLetters.name)
    for (const breaker of Object.keys(kept))
      alarms.ofPause(new Construct(this, `Pause${breaker}`), `${name}-${breaker}`, metricsNamespace(app), {
        service,
        breaker,
      })
  }

  #triggers(name: string): void {
    new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: this.queue.arn,
      functionName: this.function.resource.ref,
      batchSize: 1,
      scalingConfig: { maximumConcurrency: this.concurrency },
    })
    calledOnSchedule(this, {
      rule: { id: 'Sweep', name },
      every: EVERY,
      target: 'keeper',
      function: this.function,
      input: { sweep: true },
      deadLetters: this.deadLetters.arn,
    })
  }

  /** Of its consumers: their mappings, their queues, their functions. Mappings have no name: their ids are known when they are there. */
  #statements({ consumers, table }: BreakerKeeperProps): readonly Statement[] {
    const mappings = consumers.flatMap((consumer) => consumer.mappings)
    const keys = Object.keys(keptBreakers(consumers)).map((name) => breakerKey(name).pk)
    return [
      allow(
        'TakeRounds',
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'],
        this.queue.arn,
      ),
      allow('GiveUp', ['sqs:SendMessage'], this.deadLetters.arn),
      allow(
        'SwitchMappings',
        ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
        mappings.map(({ resource }) => eventSourceMappingArn(this, resource.ref)),
      ),
      allow(
        'TakeOneToProbe',
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
        mappings.map(({ queue }) => queue.arn),
      ),
      allow(
        'Probe',
        ['lambda:InvokeFunction'],
        consumers.map((consumer) => consumer.function.arn),
      ),
      ...tableStatements(table.arn, [{ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], keys }]),
    ]
  }
}

const breakerOf = ({ id, delivery: { breaker } }: ConsumerDeclaration) => ({
  name: breaker?.name ?? id,
  probeEvery: breaker?.probeEvery ?? 0,
})

/** By the breaker's name; consumers that share one are paused together. */
function keptBreakers(consumers: readonly Consumer[]): KeptBreakers {
  const shared = Map.groupBy(consumers, ({ declaration }) => breakerOf(declaration).name)
  return Object.fromEntries(
    [...shared].map(([name, members]) => [
      name,
      {
        probeEvery: Math.min(...members.map(({ declaration }) => breakerOf(declaration).probeEvery)),
        mappings: members.flatMap(({ mappings, function: { name: handler } }) =>
          mappings.map(({ resource, queue: { url, arn } }) => ({
            id: resource.ref,
            function: handler,
            queue: { url, arn },
          })),
        ),
      },
    ]),
  )
}
