import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import type { FunctionVersion } from '../model/configuration.ts'
import { trimCompileCacheOnce } from './compile-cache.ts'
import { Environment } from './environment.ts'
import type { Slot } from './host.ts'
import type { InvocationRequest, Outcome } from './invocation.ts'
import { EnvironmentLog } from './log-stream.ts'
import { environmentVariables } from './variables.ts'

/** Lambda ends environments every few hours; their session keys last 12. */
const MAX_AGE_MS = 6 * 3_600_000

/** Every environment of every function: started when needed, reused while warm, the longest idle ended first. */
export class Fleet {
  readonly #context: CloudContext
  readonly #maxIdle: number
  readonly #sandboxes = new Map<string, Environment>()
  /** In the order of their last use. */
  readonly #idle = new Set<Environment>()
  readonly #dropped = new WeakSet<FunctionVersion>()
  readonly #now: BigInt64Array
  #closed = false

  constructor(context: CloudContext, maxIdle: number) {
    this.#context = context
    this.#maxIdle = maxIdle
    trimCompileCacheOnce()
    const { clock } = context.kernel
    this.#now = new BigInt64Array(new SharedArrayBuffer(8))
    if (clock.mode !== 'real') Atomics.store(this.#now, 0, BigInt(clock.now()))
    clock.onJump((instant) => this.#jumped(instant))
  }

  /** Runs an invocation in a warm environment of the version, or in a new one. */
  async run(request: InvocationRequest, slot: Slot): Promise<Outcome> {
    if (this.#closed) throw new AwsError('ServiceException', 'The local cloud is stopping.')
    const { clock } = this.#context.kernel
    const lease = await clock.admission(`start ${request.version.arn} ${request.requestId}`)
    let environment: Environment
    let running: Promise<Outcome>
    try {
      if (this.#closed) return never()
      environment = this.#warm(request.version) ?? this.#start(request.version)
      // On virtual time a worker says itself when it waits.
      if (clock.mode === 'real') slot.observe(() => environment.utilization())
      running = environment.invoke(request, (working) => slot.working(working))
    } catch (error) {
      return neverStarted(request, error)
    } finally {
      lease.release()
    }
    const outcome = await running
    if (this.#closed) return never()
    const { faults } = this.#context.kernel
    if (!outcome.failure && faults.decide('lambda.result', request.version.arn, { cause: request.entry }) === 'crash')
      return this.#crashed(environment, request, outcome)
    if (!environment.dead) this.#retire(environment)
    return outcome
  }

  /** Fault: the environment dies after the handler's effects and before its answer is taken. */
  async #crashed(environment: Environment, { requestId }: InvocationRequest, outcome: Outcome): Promise<Outcome> {
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`
    const failure = { errorType: 'Runtime.ExitError', errorMessage }
    await environment.kill()
    return { ...outcome, payload: JSON.stringify(failure), failure }
  }

  /** The environments that run this configuration are of no use any more; busy ones end after their invocation. */
  drop(version: FunctionVersion): void {
    this.#dropped.add(version)
    for (const environment of this.#idle) if (environment.version === version) this.#end(environment)
  }

  sandbox(name: string): Environment | undefined {
    return this.#sandboxes.get(name)
  }

  /** Ends every environment. What they were busy with has no outcome any more: nobody is there to act on it. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#sandboxes.values()].map((environment) => environment.kill()))
  }

  /** Virtual time is told to the workers as it is; real time by how far it was advanced. */
  #jumped(instant: number): void {
    const { clock } = this.#context.kernel
    Atomics.store(this.#now, 0, BigInt(clock.mode === 'real' ? clock.offset : instant))
    if (clock.mode === 'real') for (const environment of this.#sandboxes.values()) environment.shift()
  }

  /** The most recently used one: the others grow cold, as on AWS. */
  #warm(version: FunctionVersion): Environment | undefined {
    const oldestStart = this.#context.kernel.clock.now() - MAX_AGE_MS
    let newest: Environment | undefined
    for (const environment of this.#idle) {
      if (environment.started < oldestStart) this.#end(environment)
      else if (environment.version === version) newest = environment
    }
    if (newest) this.#idle.delete(newest)
    return newest
  }

  #retire(environment: Environment): void {
    if (this.#dropped.has(environment.version)) {
      this.#end(environment)
      return
    }
    this.#idle.add(environment)
    for (const oldest of this.#idle) {
      if (this.#idle.size <= this.#maxIdle) return
      this.#end(oldest)
    }
  }

  #end(environment: Environment): void {
    this.#idle.delete(environment)
    void environment.kill()
  }

  #start(version: FunctionVersion): Environment {
    const { kernel, region } = this.#context
    const id = kernel.random.hex(`lambda environment ${version.arn}`)
    const day = new Date(kernel.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
    const logStream = `${day}/[${version.version}]${id}`
    const sandbox = `${version.name}-${id.slice(0, 12)}`
    const iam = this.#context.service<Iam>('iam')
    const role = assumed(() => iam.assume('lambda.amazonaws.com', version.role, version.name))
    const keys = iam.issueSession(version.role, version.name, { sandbox })
    const environment = new Environment({
      context: this.#context,
      version,
      sandbox,
      log: new EnvironmentLog(this.#context, version.logging.group, logStream, role),
      link: {
        env: environmentVariables(version, { region, endpoint: this.#context.endpoint(), keys, logStream }),
        start: {
          folder: version.code.folder,
          handler: version.handler,
          major: Number.parseInt(version.runtime.slice('nodejs'.length), 10),
          jsonLogs: version.logging.format === 'JSON',
          clock: this.#now.buffer as SharedArrayBuffer,
          virtual: kernel.clock.mode !== 'real',
          ...(kernel.clock.sequential ? { seed: kernel.random.hex(`lambda randomness ${version.arn}`) } : {}),
          sandbox,
        },
      },
    })
    this.#sandboxes.set(sandbox, environment)
    environment.onDeath(() => {
      this.#sandboxes.delete(sandbox)
      this.#idle.delete(environment)
    })
    return environment
  }
}

const never = (): Promise<never> => new Promise(() => {})

/** @throws AwsError in Lambda's words where the role is gone, or trusts Lambda no more */
function assumed<T>(assume: () => T): T {
  try {
    return assume()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError('AccessDeniedException', 'The role defined for the function cannot be assumed by Lambda.', {
      status: 403,
    })
  }
}

/** NODE_OPTIONS that Node.js refuses end the runtime before it starts, with Node's status for wrong options. */
function neverStarted({ requestId }: InvocationRequest, error: unknown): Outcome {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 9`
  const failure = { errorType: 'Runtime.ExitError', errorMessage }
  return { payload: JSON.stringify(failure), failure, duration: 0, log: [(error as Error).message] }
}
