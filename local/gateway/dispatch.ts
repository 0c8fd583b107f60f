import { AwsError, NotSimulated } from '../errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { AccessCheck, Action, Call, Caller, Protocol, Service, ServiceName } from '../service.ts'
import { deniedBy } from './catalog.ts'

/** What the gateway needs of IAM: the decision, and who an access key is. */
export interface Gatekeeper extends Service {
  /** @throws AwsError AccessDenied with AWS's text */
  authorize(
    caller: Caller,
    check: AccessCheck,
    resourcePolicy?: ReturnType<NonNullable<Service['resourcePolicy']>>,
  ): void
  callerOf(accessKeyId: string, sessionToken?: string): Caller
}

/** What the gateway needs of Lambda: which invocation a sandbox is busy with, and a way to kill it (a fault). */
export interface Sandboxes extends Service {
  /** Journal entry of the sandbox's current invocation. */
  causeOf(sandbox: string): number | undefined
  /** The environment dies at once, as on an out-of-memory kill. */
  crash(sandbox: string): void
  /** A call of the sandbox's code waits for other work or for time, or goes on. */
  waits(sandbox: string, waits: boolean): void
}

export interface Dispatched {
  readonly caller: Caller
  readonly service: ServiceName
  readonly action: string
  readonly input: Record<string, unknown>
  readonly protocol: Protocol
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: number | undefined
  readonly signal?: AbortSignal
  /** Told of the request's id before the action runs, for the answer's header where it fails. */
  readonly requestId?: string
}

const never = new AbortController().signal

/** Runs an action as a caller: known action, honoured members, permission, journal, faults, then the action. */
export class Dispatcher {
  readonly #kernel: Kernel
  readonly #services: ReadonlyMap<ServiceName, Service>

  constructor(kernel: Kernel, services: ReadonlyMap<ServiceName, Service>) {
    this.#kernel = kernel
    this.#services = services
  }

  /** @throws AwsError whatever AWS would answer with */
  async run(request: Dispatched): Promise<Record<string, unknown>> {
    const { service, action: name, input, caller } = request
    const action = this.#action(service, name)
    refuseUnhonoured(action, service, name, input)
    const cause = request.cause ?? this.#causeOf(caller)
    const entry = this.#kernel.journal.record('api', `${service}:${name}`, cause, { caller: nameOf(caller) })
    const fault =
      caller.kind === 'role' && caller.sandbox ? this.#faultBefore(caller.sandbox, `${service}:${name}`, entry) : 'none'
    const lease = this.#kernel.clock.lease(`${service}:${name}`)
    let held = lease
    const call: Call = {
      caller,
      requestId: request.requestId ?? this.#kernel.random.serial('request'),
      entry,
      signal: request.signal ?? never,
      protocol: request.protocol,
      headers: request.headers ?? {},
      whileWaiting: async (wait) => {
        held.release()
        try {
          return await this.meanwhile(caller, wait)
        } finally {
          held = this.#kernel.clock.lease(`${service}:${name}`)
        }
      },
    }
    try {
      for (const check of action.access(input, call)) this.authorize(caller, check, service)
      const output = (await action.run(input, call)) as Record<string, unknown> | undefined
      if (fault !== 'none') this.#faultAfter(fault, caller)
      return output ?? {}
    } finally {
      held.release()
    }
  }

  /** Tells Lambda of a wait of its function's call, for as long as it takes: whoever waits takes up no place on this machine. */
  async meanwhile<T>(caller: Caller, wait: Promise<T>): Promise<T> {
    const sandbox = caller.kind === 'role' ? caller.sandbox : undefined
    if (sandbox === undefined) return wait
    this.#sandboxes()?.waits(sandbox, true)
    try {
      return await wait
    } finally {
      this.#sandboxes()?.waits(sandbox, false)
    }
  }

  /** @throws AwsError the denial, under the code of the service that was called, or of the resource's */
  authorize(caller: Caller, check: AccessCheck, called?: ServiceName): void {
    if (caller.kind === 'administrator') return
    const owner = serviceOfArn(check.resource)
    const policy = owner ? this.#services.get(owner)?.resourcePolicy?.(check.resource) : undefined
    try {
      this.#gatekeeper().authorize(caller, check, policy)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const [code, status] = deniedBy(called ?? owner ?? serviceOfName(check.action.split(':')[0] ?? 'iam'))
      throw new AwsError(code, error.message, { status })
    }
  }

  #gatekeeper(): Gatekeeper {
    return this.#services.get('iam') as Gatekeeper
  }

  #sandboxes(): Sandboxes | undefined {
    return this.#services.get('lambda') as Sandboxes | undefined
  }

  #action(service: ServiceName, name: string): Action {
    const found = this.#services.get(service)
    const action = found && Object.hasOwn(found.actions, name) ? found.actions[name] : undefined
    if (action) return action
    const known = found ? Object.keys(found.actions).join(', ') : 'none'
    throw new NotSimulated(`the action ${service}:${name}`, `Actions of ${service} it has: ${known}.`)
  }

  #causeOf(caller: Caller): number | undefined {
    return caller.kind === 'role' && caller.sandbox ? this.#sandboxes()?.causeOf?.(caller.sandbox) : undefined
  }

  /** Faults of a Lambda's call that strike before the service sees it; the others are returned for afterwards. */
  #faultBefore(sandbox: string, call: string, cause: number): 'none' | 'lose-response' | 'crash-after' {
    const action = this.#kernel.faults.decide('api.call', call, { sandbox, cause })
    if (action === 'throttle') throw new AwsError('ThrottlingException', 'Rate exceeded', { status: 400 })
    if (action === 'fail')
      throw new AwsError('InternalFailure', 'We encountered an internal error. Please try again.', { status: 500 })
    if (action === 'crash-before') {
      this.#sandboxes()?.crash(sandbox)
      throw new Disconnected()
    }
    return action
  }

  #faultAfter(fault: 'lose-response' | 'crash-after', caller: Caller): never {
    if (fault === 'crash-after' && caller.kind === 'role' && caller.sandbox) this.#sandboxes()?.crash(caller.sandbox)
    throw new Disconnected()
  }
}

/** The connection breaks without an answer. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected'
}

function refuseUnhonoured(action: Action, service: ServiceName, name: string, input: Record<string, unknown>): void {
  for (const member in input) {
    if (input[member] === undefined || action.accepts.includes(member) || action.noEffect?.includes(member)) continue
    throw new NotSimulated(
      `the member ${member} of ${service}:${name}`,
      `Members it honours: ${action.accepts.join(', ') || 'none'}.`,
    )
  }
}

export const nameOf = (caller: Caller): string =>
  caller.kind === 'service' ? caller.principal : caller.kind === 'anonymous' ? 'anonymous' : caller.arn

/** Scope names that ARNs spell differently from ours are the same word here, but for these. */
const arnServices: Readonly<Record<string, ServiceName>> = {
  cloudwatch: 'monitoring',
  'execute-api': 'apigateway',
}

/** The service that owns the resource and so holds its policy and its way to deny. */
function serviceOfArn(arn: string): ServiceName | undefined {
  const name = arn.split(':')[2]
  if (!name) return undefined
  if (name === 'dynamodb' && arn.includes('/stream/')) return 'streams'
  return serviceOfName(name)
}

/** The service by its name in ARNs and IAM actions. */
const serviceOfName = (name: string): ServiceName => arnServices[name] ?? (name as ServiceName)
