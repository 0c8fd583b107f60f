import { AwsError, NotSimulated } from '../errors.ts'
import type { Facts } from '../kernel/journal.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { Work } from '../kernel/work.ts'
import type { AccessCheck, Action, Caller, Service, ServiceName } from '../service.ts'
import { type Dispatched, RunningCall } from './call.ts'
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

type Output = Record<string, unknown>

const byCaller: Facts = ['caller']

/** Runs an action as a caller: known action, honoured members, permission, journal, faults, then the action. */
export class Dispatcher {
  readonly #kernel: Kernel
  readonly #services: ReadonlyMap<ServiceName, Service>
  readonly #known = new Map<ServiceName, Map<string, KnownAction>>()

  constructor(kernel: Kernel, services: ReadonlyMap<ServiceName, Service>) {
    this.#kernel = kernel
    this.#services = services
  }

  /**
   * Answers at once where the action does.
   * @throws AwsError whatever AWS would answer with
   */
  run(request: Dispatched): Output | Promise<Output> {
    const known = this.#action(request.service, request.action)
    const { caller, input, over } = request
    refuseUnhonoured(known, input)
    const sandbox = caller.kind === 'role' ? caller.sandbox : undefined
    const cause = request.cause ?? this.#causeOf(sandbox)
    const entry = this.#kernel.journal.note('api', known.label, cause, byCaller, nameOf(caller))
    const fault = sandbox === undefined ? 'none' : this.#faultBefore(sandbox, known.label, entry)
    const work = over?.work ?? new Work(this.#kernel.clock, known.label)
    over?.work.is(known.label)
    if (caller.kind === 'anonymous' && !open.has(request.service)) throw unsigned()
    const call = new RunningCall(request, { kernel: this.#kernel, entry, work, meanwhile: this.#meanwhile })
    for (const check of known.action.access(input, call)) this.authorize(caller, check, known.service)
    const output = known.action.run(input, call) as Output | undefined | Promise<Output | undefined>
    if (!(output instanceof Promise)) return this.#faultAfter(fault, caller, output)
    work.hold()
    return this.#finish(output, fault, caller, over ? undefined : work)
  }

  async #finish(
    running: Promise<Output | undefined>,
    fault: FaultAfter,
    caller: Caller,
    work: Work | undefined,
  ): Promise<Output> {
    try {
      return this.#faultAfter(fault, caller, await running)
    } finally {
      work?.end()
    }
  }

  readonly #meanwhile: Dispatcher['meanwhile'] = (caller, wait) => this.meanwhile(caller, wait)

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

  #action(service: ServiceName, name: string): KnownAction {
    const known = this.#known.get(service)?.get(name)
    if (known) return known
    const found = this.#lookUp(service, name)
    const actions = this.#known.get(service) ?? new Map<string, KnownAction>()
    this.#known.set(service, actions.set(name, found))
    return found
  }

  #lookUp(service: ServiceName, name: string): KnownAction {
    const found = this.#services.get(service)
    const action = found && Object.hasOwn(found.actions, name) ? found.actions[name] : undefined
    if (action) {
      const honoured = new Set<string>([...action.accepts, ...(action.noEffect ?? [])])
      return { service, action, honoured, label: `${service}:${name}` }
    }
    const known = found ? Object.keys(found.actions).join(', ') : 'none'
    const wayOut = found?.refused && Object.hasOwn(found.refused, name) ? found.refused[name] : undefined
    throw new NotSimulated(`the action ${service}:${name}`, wayOut ?? `Actions of ${service} it has: ${known}.`)
  }

  #causeOf(sandbox: string | undefined): number | undefined {
    return sandbox === undefined ? undefined : this.#sandboxes()?.causeOf?.(sandbox)
  }

  /** Faults of a Lambda's call that strike before the service sees it; the others are returned for afterwards. */
  #faultBefore(sandbox: string, call: string, cause: number): FaultAfter {
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

  #faultAfter(fault: FaultAfter, caller: Caller, output: Output | undefined): Output {
    if (fault === 'none') return output ?? {}
    if (fault === 'crash-after' && caller.kind === 'role' && caller.sandbox) this.#sandboxes()?.crash(caller.sandbox)
    throw new Disconnected()
  }
}

/** Services whose resources may be open to everybody, by their policies; the others want to know who asks. */
const open: ReadonlySet<ServiceName> = new Set(['sqs', 'sns', 's3'])

const unsigned = (): AwsError =>
  new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 })

/** The connection breaks without an answer. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected'
}

/** An action that a service has, ready to run. */
interface KnownAction {
  readonly service: ServiceName
  readonly action: Action
  /** Members of the input that it takes, with or without effect. */
  readonly honoured: ReadonlySet<string>
  /** Such as `sqs:SendMessage`. */
  readonly label: string
}

/** What a fault plan leaves for the time after the action. */
type FaultAfter = 'none' | 'lose-response' | 'crash-after'

function refuseUnhonoured({ action, honoured, label }: KnownAction, input: Record<string, unknown>): void {
  for (const member in input) {
    if (honoured.has(member) || input[member] === undefined) continue
    throw new NotSimulated(
      `the member ${member} of ${label}`,
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
  const start = arn.indexOf(':', arn.indexOf(':') + 1) + 1
  const name = start === 0 ? '' : arn.slice(start, arn.indexOf(':', start))
  if (name === '') return undefined
  if (name === 'dynamodb' && arn.includes('/stream/')) return 'streams'
  return serviceOfName(name)
}

/** The service by its name in ARNs and IAM actions. */
const serviceOfName = (name: string): ServiceName => arnServices[name] ?? (name as ServiceName)
