import type { Construct, IConstruct } from 'constructs'
import type {
  AnySaga,
  CommandDestinations,
  ConsumerDeclaration,
  ContractDeclaration,
  Declaration,
  Destinations,
  RetryDestination,
  ScheduleTarget,
} from '../../messaging/index.ts'
import { lowQueue, queueName, sagaName, scheduleGroupName, topicName } from '../../messaging/names.ts'
import { isRelayed } from '../../messaging/route.ts'
import { machineArn, queueArn, queueUrl, roleArn, topicArn } from './arns.ts'
import { LIVE } from './published-version.ts'
import { schedulerRoleName, undeliveredQueueName } from './resource-names.ts'
import type { Service } from './service.ts'
import type { Step } from './step.ts'

const DEFAULT_CONCURRENCY = 5

/** All services of an app, as they have announced themselves. Complete at synth: ask it from then on. */
export class System {
  readonly app: string
  readonly accountConcurrency: number
  readonly #defaultConcurrency: number
  readonly #services: Service[] = []
  #machines: IConstruct | undefined

  constructor(props: {
    readonly app: string
    readonly accountConcurrency?: number
    readonly defaultConcurrency?: number
  }) {
    this.app = props.app
    this.accountConcurrency = props.accountConcurrency ?? 1000
    this.#defaultConcurrency = props.defaultConcurrency ?? DEFAULT_CONCURRENCY
  }

  add(service: Service): void {
    this.#services.push(service)
  }

  /** Called by `Sagas`, so that what lets messages in can wait for it. */
  addSagas(sagas: IConstruct): void {
    this.#machines = sagas
  }

  /** Where the sagas' machines are, once they are. */
  get machines(): IConstruct | undefined {
    return this.#machines
  }

  get sagas(): readonly AnySaga[] {
    return this.#services.flatMap((service) => service.sagas)
  }

  /** The functions that handle a step: one, or the app does not synthesize. */
  stepsNamed(contract: string): readonly Step[] {
    return this.#services.flatMap(({ steps }) => steps.filter(({ declaration }) => declaration.step.name === contract))
  }

  get services(): readonly Service[] {
    return this.#services
  }

  get consumers(): readonly ConsumerDeclaration[] {
    return this.#services.flatMap((service) => service.consumers.map((consumer) => consumer.declaration))
  }

  get handlers(): readonly Declaration[] {
    return this.#services
      .flatMap(({ consumers, endpoints, steps }) => [...consumers, ...endpoints, ...steps])
      .map(({ declaration }) => declaration)
  }

  /** Every event that a service publishes or consumes. */
  get events(): readonly ContractDeclaration[] {
    const consumed = this.consumers.flatMap(({ on }) =>
      on === 'every event' ? [] : on.filter(({ kind }) => kind === 'event'),
    )
    const all = [...this.#services.flatMap((service) => service.published), ...consumed]
    return [...new Map(all.map((event) => [event.name, event])).values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The workers of a command: one, or the app does not synthesize. */
  ownersOf(command: string): readonly ConsumerDeclaration[] {
    return this.consumers.filter(
      ({ kind, on }) => kind === 'worker' && on !== 'every event' && on.some(({ name }) => name === command),
    )
  }

  /** MaximumConcurrency of a consumer's mapping. */
  concurrencyOf(declaration: ConsumerDeclaration): number {
    return this.boundOf(declaration.delivery.concurrency)
  }

  boundOf(declared: number | undefined): number {
    return declared ?? this.#defaultConcurrency
  }

  /** Of all its mappings. */
  wholeConcurrencyOf(declaration: ConsumerDeclaration): number {
    return this.concurrencyOf(declaration) + (this.#hasLow(declaration) ? declaration.delivery.lowConcurrency : 0)
  }

  /** Names of the queues of the commands' owners, by command. Commands without an owner are left to the checks. */
  commandQueues(commands: readonly ContractDeclaration[]): Readonly<Record<string, string>> {
    return Object.fromEntries(
      commands.flatMap(({ name }) =>
        this.ownersOf(name)
          .slice(0, 1)
          .map((owner) => [name, queueName(this.app, owner.id, owner.delivery.ordered)]),
      ),
    )
  }

  commandQueueArns(scope: Construct, commands: readonly ContractDeclaration[]): readonly string[] {
    const low = this.commandQueues(commands.filter(({ priorities }) => priorities))
    const names = [...Object.values(this.commandQueues(commands)), ...Object.values(low).map(lowQueue)]
    return [...new Set(names)].sort().map((name) => queueArn(scope, name))
  }

  commandQueueUrls(commands: readonly ContractDeclaration[]): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.commandQueues(commands)).map(([name, queue]) => [name, queueUrl(queue)]),
    )
  }

  /** What a sender outside of any relay needs to know of commands. */
  commandDestinations(scope: Construct, commands: readonly ContractDeclaration[]): CommandDestinations {
    const schedules = this.scheduleTargets(scope, commands)
    const first = this.commandQueueUrls(commands.filter(({ priorities }) => priorities))
    const low = Object.fromEntries(Object.entries(first).map(([name, url]) => [name, lowQueue(url)]))
    return {
      queues: this.commandQueueUrls(commands),
      ...(Object.keys(low).length > 0 && { low }),
      ...(Object.keys(schedules).length > 0 && { schedules }),
    }
  }

  /** Of the commands that may be delayed longer than a queue can, what their schedules are made of. */
  scheduleTargets(scope: Construct, commands: readonly ContractDeclaration[]): Record<string, ScheduleTarget> {
    return Object.fromEntries(
      commands.flatMap(({ name, scheduled }) =>
        (scheduled ? this.ownersOf(name).slice(0, 1) : []).map((owner) => [name, this.#scheduleTarget(scope, owner)]),
      ),
    )
  }

  #scheduleTarget(scope: Construct, { id, delivery }: ConsumerDeclaration): ScheduleTarget {
    const { app } = this
    return {
      group: scheduleGroupName(app, id),
      roleArn: roleArn(schedulerRoleName(app, id)),
      queueArn: queueArn(scope, queueName(app, id, delivery.ordered)),
      deadLetterArn: queueArn(scope, undeliveredQueueName(app, id, false)),
    }
  }

  /** Where the delayed retries of a service's consumers come back. */
  retriesOf(scope: Construct, { retrying }: Service): Readonly<Record<string, RetryDestination>> {
    return Object.fromEntries(
      retrying.map((declaration) => {
        const queue = queueUrl(queueName(this.app, declaration.id, false))
        const low = this.#hasLow(declaration) && { low: lowQueue(queue) }
        return [declaration.id, { queue, ...low, schedule: this.#scheduleTarget(scope, declaration) }]
      }),
    )
  }

  retryQueueArns(scope: Construct, { retrying }: Service): readonly string[] {
    return retrying.flatMap((declaration) => {
      const name = queueName(this.app, declaration.id, false)
      return [name, ...(this.#hasLow(declaration) ? [lowQueue(name)] : [])].map((queue) => queueArn(scope, queue))
    })
  }

  #hasLow({ on }: ConsumerDeclaration): boolean {
    return on !== 'every event' && on.some(({ priorities }) => priorities)
  }

  /** What new executions of a saga are started on. */
  liveMachineArn(scope: Construct, saga: string): string {
    return machineArn(scope, `${sagaName(this.app, saga)}:${LIVE}`)
  }

  destinationsOf(scope: Construct, service: Service): Destinations {
    const relayed = service.published.filter(({ route }) => isRelayed(route))
    return {
      topics: Object.fromEntries(relayed.map((event) => [event.name, topicArn(scope, topicName(this.app, event))])),
      ...this.commandDestinations(scope, service.shipped),
      ...(service.retrying.length > 0 && { retries: this.retriesOf(scope, service) }),
      ...(service.started.length > 0 && {
        sagas: Object.fromEntries(service.started.map((saga) => [saga, this.liveMachineArn(scope, saga)])),
      }),
    }
  }
}
