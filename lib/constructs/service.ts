import { Stack } from 'aws-cdk-lib'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import { serviceOf } from '../../messaging/contract.ts'
import {
  type AnySaga,
  type ConsumerDeclaration,
  type ContractDeclaration,
  type Declaration,
  declarationOf,
  type EndpointDeclaration,
  type Manifest,
  manifestOf,
  type ResponderDeclaration,
  type StepHandlerDeclaration,
} from '../../messaging/index.ts'
import { parameters, tableName } from '../../messaging/names.ts'
import type { Backbone } from './backbone.ts'
import { BreakerKeeper } from './breaker-keeper.ts'
import { Consumer, isPausable } from './consumer.ts'
import { ServiceDashboard } from './dashboard.ts'
import { Endpoint } from './endpoint.ts'
import { Relay } from './relay.ts'
import { Responder } from './responder.ts'
import { SagaKeeper } from './saga-keeper.ts'
import { ServiceTable } from './service-table.ts'
import { Step } from './step.ts'

/** What `consumer()`, `worker()`, `endpoint()` and `sagaStep()` of the kit give. */
export type Handler = (event: never, context: never) => unknown

export interface ServiceProps {
  readonly backbone: Backbone
  /** What stands before the dot of its contracts' names and its handlers' ids. */
  readonly name: string
  /** Consumers and workers. @default none */
  readonly consumers?: readonly Handler[]
  /** Routes of the HTTP API. @default none */
  readonly endpoints?: readonly Handler[]
  /** Handlers of sagas' steps, its own or other services' sagas. @default none */
  readonly steps?: readonly Handler[]
  /** Sagas that it is the owner of: their records stand in its table. @default none */
  readonly sagas?: readonly AnySaga[]
  /** What answers queries. @default none */
  readonly responders?: readonly Handler[]
}

/**
 * One service, made of its handlers' declarations: its table, its relay, and for each handler everything between the messages and
 * the function. Give each service a stack of its own.
 *
 * @throws TypeError with every handler that is not of this service, or of the wrong kind
 */
export class Service extends Construct {
  readonly name: string
  readonly table: ServiceTable
  readonly consumers: readonly Consumer[]
  readonly endpoints: readonly Endpoint[]
  readonly steps: readonly Step[]
  readonly sagas: readonly AnySaga[]
  /** Only where it owns sagas. */
  readonly keeper: SagaKeeper | undefined
  readonly responders: readonly Responder[]
  /** Only where a consumer has a breaker that pauses it. */
  readonly breakerKeeper: BreakerKeeper | undefined
  /** Only where something may have to leave. */
  readonly relay: Relay | undefined

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id)
    const { backbone, name } = props
    const [own, before] = [Stack.of(this), Stack.of(backbone)]
    // Names are all that the templates share, and of those CloudFormation knows no order.
    if (own !== before) own.addStackDependency(before, 'a subscription needs its topic')
    const consumers = declarations(props.consumers, 'consumer') as readonly ConsumerDeclaration[]
    const endpoints = declarations(props.endpoints, 'endpoint') as readonly EndpointDeclaration[]
    const steps = declarations(props.steps, 'step') as readonly StepHandlerDeclaration[]
    const sagas = props.sagas ?? []
    const responders = declarations(props.responders, 'responder') as readonly ResponderDeclaration[]
    assertOwn(name, [...consumers, ...endpoints, ...steps, ...responders], sagas)
    this.name = name
    this.table = new ServiceTable(this, 'Data', { name: tableName(backbone.app, name), mode: backbone.mode })
    this.consumers = consumers.map(
      (declaration) => new Consumer(this, localName(declaration), { backbone, declaration, table: this.table }),
    )
    this.endpoints = endpoints.map(
      (declaration) => new Endpoint(this, localName(declaration), { backbone, declaration, table: this.table }),
    )
    this.responders = responders.map(
      (declaration) => new Responder(this, localName(declaration), { backbone, declaration, table: this.table }),
    )
    this.steps = steps.map(
      (declaration) => new Step(this, localName(declaration), { backbone, declaration, table: this.table }),
    )
    this.sagas = sagas
    this.keeper =
      sagas.length > 0
        ? new SagaKeeper(this, 'Keeper', { backbone, service: name, sagas, table: this.table })
        : undefined
    const pausable = this.consumers.filter(({ declaration }) => isPausable(declaration))
    this.breakerKeeper =
      pausable.length > 0
        ? new BreakerKeeper(this, 'BreakerKeeper', { backbone, service: name, consumers: pausable, table: this.table })
        : undefined
    const ships =
      this.published.length + this.shipped.length + this.started.length + this.answered.length + this.retrying.length >
      0
    this.relay = ships ? new Relay(this, 'Relay', { backbone, service: this, table: this.table }) : undefined
    backbone.add(this)
    this.#parameters(backbone)
    new ServiceDashboard(this, 'Dashboard', { backbone, service: this })
  }

  /** Events that its consumers may publish. */
  get published(): readonly ContractDeclaration[] {
    return distinct(this.#producers.flatMap(({ publishes }) => publishes))
  }

  /** Commands that its consumers may send; endpoints send by themselves. */
  get sent(): readonly ContractDeclaration[] {
    return distinct(this.#producers.flatMap(({ sends }) => sends))
  }

  /** Names of the sagas that its consumers may start. */
  get started(): readonly string[] {
    return [...new Set(this.consumers.flatMap(({ declaration }) => declaration.starts))].sort()
  }

  /** Consumers whose messages may leave their queue and come back to it. */
  get retrying(): readonly ConsumerDeclaration[] {
    return this.consumers.flatMap(({ declaration }) => (declaration.delivery.delayedRetries ? [declaration] : []))
  }

  /** Names of the steps that its consumers may answer. */
  get answered(): readonly string[] {
    return [...new Set(this.consumers.flatMap(({ declaration }) => declaration.answers))].sort()
  }

  /** Those whose units may emit something. */
  get #producers(): readonly (ConsumerDeclaration | StepHandlerDeclaration)[] {
    return [...this.consumers, ...this.steps].map(({ declaration }) => declaration)
  }

  /** What the relay quarantines the rest by. */
  get manifest(): Manifest {
    return manifestOf(this.#producers)
  }

  /** Commands that its relay may ship: what is sent, and its own timers, which clients may set. */
  get shipped(): readonly ContractDeclaration[] {
    return distinct([...this.sent, ...this.owned.filter(({ timer }) => timer)])
  }

  /** Commands that its workers own. */
  get owned(): readonly ContractDeclaration[] {
    return distinct(
      this.consumers.flatMap(({ declaration: { kind, on } }) => (kind === 'worker' && on !== 'every event' ? on : [])),
    )
  }

  /** Where clients outside the app find its table and its commands' queues. */
  #parameters(backbone: Backbone): void {
    const { app, system } = backbone
    new CfnParameter(this, 'TableName', {
      name: parameters.table(app, this.name),
      type: 'String',
      value: this.table.name,
    })
    for (const [command, url] of Object.entries(system.commandQueueUrls(this.owned))) {
      const id = `Command${command.slice(command.indexOf('.') + 1)}`
      new CfnParameter(this, id, { name: parameters.command(app, command), type: 'String', value: url })
    }
    for (const command of this.owned.filter(
      ({ scheduled, timer, priorities }) => (scheduled && !timer) || priorities,
    )) {
      const value = Stack.of(this).toJsonString(system.commandDestinations(this, [command]))
      const id = `Delays${command.name.slice(command.name.indexOf('.') + 1)}`
      new CfnParameter(this, id, { name: parameters.delays(app, command.name), type: 'String', value })
    }
  }
}

const KINDS = {
  consumer: 'consumers',
  worker: 'consumers',
  endpoint: 'endpoints',
  step: 'steps',
  responder: 'responders',
} as const

function declarations(
  handlers: readonly Handler[] = [],
  kind: 'consumer' | 'endpoint' | 'step' | 'responder',
): readonly Declaration[] {
  return handlers.map((handler) => {
    const declaration = declarationOf(handler)
    const place = KINDS[declaration.kind]
    if (place === KINDS[kind]) return declaration
    throw new TypeError(`'${declaration.id}' is of kind ${declaration.kind}: list it under ${place}`)
  })
}

function assertOwn(name: string, handlers: readonly Declaration[], sagas: readonly AnySaga[]): void {
  const strangers = handlers.filter((handler) => handler.service !== name).map((handler) => handler.id)
  const foreign = sagas.filter((saga) => serviceOf(saga.name) !== name).map((saga) => saga.name)
  const names = [...handlers.map(({ id }) => id), ...sagas.map((saga) => saga.name)]
  const twice = names.filter((id, index, ids) => ids.indexOf(id) !== index)
  const problems = [
    ...[...strangers, ...foreign].map((id) => `'${id}' belongs to another service`),
    ...twice.map((id) => `'${id}' is declared twice`),
  ]
  if (problems.length > 0) throw new TypeError(`service '${name}': ${problems.join('; ')}`)
}

/** Construct ids are a contract: a changed one replaces the queue. */
const localName = ({ id }: Declaration): string => id.slice(id.indexOf('.') + 1)

const distinct = (contracts: readonly ContractDeclaration[]): readonly ContractDeclaration[] =>
  [...new Map(contracts.map((contract) => [contract.name, contract])).values()].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
