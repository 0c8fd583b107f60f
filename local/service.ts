import type { Kernel } from './kernel/kernel.ts'

/** The services of the local cloud, by the name that signs their requests (SigV4 scope), but for `streams`. */
export type ServiceName =
  | 'sqs'
  | 'sns'
  | 'events'
  | 'scheduler'
  | 'dynamodb'
  | 'streams'
  | 'lambda'
  | 'sts'
  | 'iam'
  | 'monitoring'
  | 'logs'
  | 'ssm'
  | 'kms'
  | 's3'
  | 'states'
  | 'apigateway'
  | 'cloudformation'

/** Who makes a call. */
export type Caller =
  /** The developer's own credentials: may do everything. */
  | { readonly kind: 'administrator'; readonly arn: string; readonly userId: string }
  /** A session of a role; `sandbox` names the Lambda environment that holds the session, where one does. */
  | {
      readonly kind: 'role'
      readonly roleArn: string
      readonly arn: string
      readonly userId: string
      readonly sandbox?: string
      /** What the session was made with by `sts:AssumeRole`; absent of services' own sessions. */
      readonly session?: RoleSession
    }
  /** An AWS service acting on behalf of a resource; only resource policies can allow it. */
  | {
      readonly kind: 'service'
      readonly principal: string
      readonly sourceArn?: string
      readonly sourceAccount: string
    }
  | { readonly kind: 'anonymous' }

export interface RoleSession {
  /** Each limits what the role may; none leaves it all. */
  readonly policies: readonly PolicyDocument[]
  readonly tags: Readonly<Record<string, string>>
  /** Keys of the tags that sessions inherit which this one makes. */
  readonly transitive: readonly string[]
  readonly sourceIdentity: string | undefined
  /** Instant at which it was made. */
  readonly issued: number
}

/** One request to one action. */
export interface Call {
  readonly caller: Caller
  readonly requestId: string
  /** Journal entry of this call: the `cause` of what it does. */
  readonly entry: number
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal
  /** Waits for something that only other work or time can bring (a long poll) without holding back the clock. */
  whileWaiting<T>(wait: Promise<T>): Promise<T>
  /** Protocol facts that a few actions answer differently by, such as the query protocol of old SQS clients. */
  readonly protocol: Protocol
  readonly headers: Readonly<Record<string, string>>
  /** Nobody reads the answer: what would have to be computed for it may be left out. */
  readonly unread: boolean
}

export type Protocol = 'json1.0' | 'json1.1' | 'query' | 'ec2' | 'rest-json' | 'rest-xml' | 'cbor' | 'internal'

/** A permission that an action needs. Every check must pass. */
export interface AccessCheck {
  /** IAM action, such as `sqs:SendMessage`; often, but not always, the API action's own name. */
  readonly action: string
  readonly resource: string
  /** Condition keys that the service sets, such as `dynamodb:LeadingKeys`. Global keys are set by the gateway. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

// biome-ignore lint/suspicious/noExplicitAny: actions of different inputs share one table; each is typed where it is written
type Anything = any

/** One API action of a service. */
export interface Action<I = Anything, O = Anything> {
  /** Input members that the action honours. A request with any other member is refused by name. */
  readonly accepts: readonly (keyof I & string)[]
  /** Input members that have no effect locally by decision; they are listed in the service's documentation. */
  readonly noEffect?: readonly (keyof I & string)[]
  /** What the caller must be allowed to do. An action that needs no permission answers `[]` and says why. */
  access(input: I, call: Call): readonly AccessCheck[]
  run(input: I, call: Call): O | Promise<O>
}

/** Declares an action with the SDK's input and output types. */
export const action = <I extends object, O extends object>(spec: Action<I, Omit<O, '$metadata'>>): Action => spec

export interface Service {
  readonly name: ServiceName
  readonly actions: Readonly<Record<string, Action>>
  /** Actions that it refuses by decision, each with the way out that its refusal names. */
  readonly refused?: Readonly<Record<string, string>>
  /** The policy attached to one of the service's resources, for IAM's decision. */
  resourcePolicy?(arn: string): PolicyDocument | undefined
  /** CloudFormation resource types of this service. */
  readonly resources: Readonly<Record<string, ResourceType>>
  /** Plain HTTP that belongs to the service but to no action (an HTTP API's routes). Answers false where it is not its own. */
  http?(request: HttpRequest): Promise<HttpAnswer | undefined>
  /** Ends workers and files. */
  close?(): void | Promise<void>
}

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly host: string
  readonly caller: Caller
  /** Waits for other work without holding back the clock, as a call's does. */
  whileWaiting<T>(wait: Promise<T>): Promise<T>
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Uint8Array | string
}

/** A call from within the cloud. */
export interface HandedOver<I extends object> {
  readonly caller: Caller
  readonly service: ServiceName
  readonly action: string
  readonly input: I
  readonly cause?: number | undefined
  /** Of the chain of requests that it is part of. */
  readonly traceHeader?: string | undefined
  /** The caller wants to know only that it succeeded. @default false */
  readonly unread?: boolean
}

/** Counts the metrics of one resource, at the clock's now. */
export interface Meter {
  /** @param unit by default Count */
  add(name: string, value: number, unit?: string): void
}

/** What a service may ask of the cloud it lives in. */
export interface CloudContext {
  readonly kernel: Kernel
  readonly account: string
  readonly region: string
  /** Folder for what outlives the process; without it everything is in memory. */
  readonly persist: string | undefined
  /** `http://127.0.0.1:<port>`; known once the gateway listens. */
  endpoint(): string
  /**
   * Calls an action as a user would: the caller's permissions are checked and the call is journalled.
   * @throws AwsError as the action or IAM does
   */
  call<I extends object, O extends object>(request: HandedOver<I>): Promise<O>
  /** The same, at once where the action answers at once: for deliveries, of which there are many. */
  handOver<I extends object, O extends object>(request: HandedOver<I>): O | Promise<O>
  /** A service that another one works with directly (Lambda reads session keys from IAM). Typed by the caller's import. */
  service<S extends Service>(name: ServiceName): S
  /** Throws AWS's denial where the caller may not; for permissions that an action finds out about only as it runs (KMS keys). */
  authorize(caller: Caller, check: AccessCheck): void
  /** Caller for what CloudFormation and the console do. */
  readonly administrator: Caller
  /** A service principal acting for a resource. */
  principal(name: string, sourceArn?: string): Caller
  /** A data point of a service's own metric, at the clock's now. */
  metric(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    unit?: string,
  ): void
  /** The same for a resource whose metrics are counted often; to be kept as long as the resource. */
  meter(namespace: string, dimensions: Readonly<Record<string, string>>): Meter
  /** Log lines of a function or a service, at the clock's now. */
  log(group: string, stream: string, lines: readonly string[]): void
}

// ---- policies ----

export interface PolicyDocument {
  readonly Version?: string
  readonly Id?: string
  readonly Statement: readonly PolicyStatement[] | PolicyStatement
}

export interface PolicyStatement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>
  readonly NotPrincipal?: '*' | Readonly<Record<string, string | readonly string[]>>
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

// ---- CloudFormation resource types ----

export interface ResourceContext {
  readonly logicalId: string
  readonly stackName: string
  readonly stackId: string
  /** A physical name as CloudFormation makes one: stack, logical id, random suffix, cut to the length. */
  physicalName(maxLength: number): string
  /** The local file or folder of an asset that the template names by bucket and key. */
  assetPath(bucket: string, key: string): string
  /** Merged into the metadata's aws:cdk:path where present, for messages. */
  readonly path: string
}

export interface CreatedResource {
  /** What `Ref` gives, and the physical id. */
  readonly ref: string
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, unknown>>
}

export type Properties = Readonly<Record<string, unknown>>

/** How a CloudFormation resource type is made of API calls. Property names outside the two lists are refused by name. */
export interface ResourceType {
  readonly properties: readonly string[]
  /** Properties without any local effect, with the reason; printed at start. */
  readonly noEffect?: Readonly<Record<string, string>>
  create(properties: Properties, resource: ResourceContext): Promise<CreatedResource>
  /** Applies changed properties in place; `undefined` where CloudFormation would replace the resource. */
  update?(
    physicalId: string,
    properties: Properties,
    previous: Properties,
    resource: ResourceContext,
  ): Promise<CreatedResource | undefined>
  delete(physicalId: string, properties: Properties): Promise<void>
}
