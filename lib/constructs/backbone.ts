import { resolve } from 'node:path'
import { Aws } from 'aws-cdk-lib'
import { CfnArchive, CfnEventBus, CfnEventBusPolicy } from 'aws-cdk-lib/aws-events'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { ContractDeclaration } from '../../messaging/index.ts'
import { busName, parameters } from '../../messaging/names.ts'
import { Alarms } from './alarms.ts'
import { topicArn } from './arns.ts'
import { checkAtSynth } from './checks/index.ts'
import { CLAIM_DAYS, ClaimBucket, usesClaims } from './claims.ts'
import { CustomerKey } from './customer-key.ts'
import { keepData, type Mode } from './mode.ts'
import { alarmTopicName, archiveName } from './resource-names.ts'
import type { Service } from './service.ts'
import { System } from './system.ts'
import { AlarmTopic, EventTopic } from './topics.ts'

export interface BackboneProps {
  /** Prefix of all physical names: a second deployment in the same account and region takes another. */
  readonly app: string
  /** @default 'production', which loses nothing */
  readonly mode?: Mode
  /** Lambda's limit of concurrent executions in the account. @default 1000 */
  readonly accountConcurrency?: number
  /** MaximumConcurrency of consumers that declare none: a backlog of one must not starve the others. @default 5 */
  readonly defaultConcurrency?: number
  /** How long the archive keeps events; 0 is for ever. @default 365 */
  readonly archiveDays?: number
  /** How long bodies that are too large for a message wait for their consumers, from 30. @default 60 */
  readonly claimDays?: number
  /** Committed file that records what a rename would replace. @default penstock.lock.json in the working folder */
  readonly lockFile?: string
  /** What happens to what is new: it is recorded, or refused until it is. @default 'refuse' where `CI` is set, else 'record' */
  readonly newInLock?: 'record' | 'refuse'
}

/**
 * What all services share: the bus with its archive, a topic per event, the customer key, and the topic of alarms. Stands alone in
 * its stack. Services announce themselves to it, so that the whole system is known (and checked) at synth.
 */
export class Backbone extends Construct {
  readonly app: string
  readonly mode: Mode
  readonly alarms: Alarms
  readonly system: System
  readonly #keyArn: string
  readonly #claimDays: number
  readonly #topics = new Set<string>()

  constructor(scope: Construct, id: string, props: BackboneProps) {
    super(scope, id)
    this.app = props.app
    this.mode = props.mode ?? 'production'
    this.alarms = new Alarms(topicArn(this, alarmTopicName(this.app)))
    this.system = new System(props)
    checkAtSynth(this, this.system, {
      file: props.lockFile ?? resolve('penstock.lock.json'),
      newInLock: props.newInLock ?? (process.env.CI ? 'refuse' : 'record'),
    })
    this.#keyArn = new CustomerKey(this, 'Key', { app: this.app, mode: this.mode }).arn
    new AlarmTopic(this, 'Alarms', { name: alarmTopicName(this.app), keyArn: this.#keyArn })
    this.#claimDays = props.claimDays ?? CLAIM_DAYS
    this.#bus(props.archiveDays ?? 365)
  }

  /** Called by each service as it is constructed: its events get their topics, and the system knows it. */
  add(service: Service): void {
    this.system.add(service)
    for (const event of this.system.events) this.#topic(event)
    this.#claims(service)
  }

  #topic(event: ContractDeclaration): void {
    if (event.route === 'direct' || this.#topics.has(event.name)) return
    this.#topics.add(event.name)
    new EventTopic(this, event.name.replace('.', ''), { app: this.app, keyArn: this.#keyArn, event })
  }

  /** Its bucket comes with the first handler of large bodies. */
  #claims({ consumers, endpoints, steps }: Service): void {
    const handlers = [...consumers, ...endpoints, ...steps].map(({ declaration }) => declaration)
    if (!handlers.some(usesClaims) || this.node.tryFindChild('Claims')) return
    new ClaimBucket(this, 'Claims', { app: this.app, mode: this.mode, days: this.#claimDays })
  }

  #bus(archiveDays: number): void {
    const bus = new CfnEventBus(this, 'Bus', { name: busName(this.app) })
    const archive = new CfnArchive(this, 'Archive', {
      archiveName: archiveName(this.app),
      sourceArn: bus.attrArn,
      retentionDays: archiveDays,
    })
    keepData(this.mode, bus, archive)
    new CfnEventBusPolicy(this, 'BusPolicy', {
      eventBusName: bus.ref,
      statementId: 'OnlyThisAccount',
      statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: bus.attrArn,
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
      },
    })
    new CfnParameter(this, 'BusName', { name: parameters.bus(this.app), type: 'String', value: bus.ref })
  }
}
