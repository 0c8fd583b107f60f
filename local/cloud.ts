import { type DeployedStack, type DeployOptions, deployAssembly } from './assembly/index.ts'
import { Dispatcher, type Gatekeeper } from './gateway/dispatch.ts'
import { type OutsideClient, OutsideClients } from './gateway/outside-client.ts'
import { Gateway } from './gateway/server.ts'
import { createKernel, type Kernel, type KernelOptions } from './kernel/kernel.ts'
import { wallTimer } from './kernel/platform.ts'
import type { Caller, CloudContext, HandedOver, Service, ServiceName } from './service.ts'
import type { CloudFormation } from './services/cloudformation/index.ts'
import { createServices } from './services/index.ts'
import type { Lambda } from './services/lambda/index.ts'
import type { Monitoring } from './services/monitoring/index.ts'

export interface CloudOptions extends KernelOptions {
  /** Port on the loopback interface. @default 0, a free one */
  readonly port?: number
  /** @default '000000000000' */
  readonly account?: string
  /** @default 'us-east-1' */
  readonly region?: string
  /** Folder for tables that outlive the process. @default everything in memory */
  readonly persist?: string
}

/** A running local cloud. */
export interface Cloud {
  readonly endpoint: string
  readonly port: number
  readonly account: string
  readonly region: string
  readonly kernel: Kernel
  readonly context: CloudContext
  /** What an SDK client, the AWS CLI or a child process needs to reach this cloud as its administrator. */
  readonly environment: Readonly<Record<string, string>>
  /** Creates every stack of a cloud assembly (a cdk.out folder), in its order, or updates it where it runs. One at a time. */
  deploy(assembly: string, options?: DeployOptions): Promise<readonly DeployedStack[]>
  /** A client that takes its turns in a sequential run: it holds the clock from now on, but while a request of its is under way. */
  outsideClient(name: string): OutsideClient
  /** Ends workers, timers and the server. Idempotent. */
  stop(): Promise<void>
}

/** Sinks that monitoring and logs offer; absent only while a cloud is being put together. */
interface Sinks {
  metric?: CloudContext['metric']
  log?: CloudContext['log']
}

/** Starts a local cloud in this process; it listens on the loopback interface only. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const kernel = createKernel(options)
  const account = options.account ?? '000000000000'
  const region = options.region ?? 'us-east-1'
  const services = new Map<ServiceName, Service>()
  const dispatcher = new Dispatcher(kernel, services)
  let port = 0
  const administrator: Caller = { kind: 'administrator', arn: `arn:aws:iam::${account}:root`, userId: account }
  const endpoint = () => `http://127.0.0.1:${port}`
  const service = <S extends Service>(name: ServiceName): S => {
    const found = services.get(name)
    if (!found) throw new Error(`The local cloud has no service ${name}`)
    return found as S
  }
  const handOver = (handed: HandedOver<object>) => {
    const { caller, service, action, cause, traceHeader, unread } = handed
    const input = handed.input as Record<string, unknown>
    return dispatcher.run({ caller, service, action, input, cause, traceHeader, unread, protocol: 'internal' })
  }
  const context: CloudContext = {
    kernel,
    account,
    region,
    persist: options.persist,
    administrator,
    endpoint,
    service,
    call: async <I extends object, O extends object>(request: HandedOver<I>) => (await handOver(request)) as O,
    handOver: <I extends object, O extends object>(request: HandedOver<I>) => handOver(request) as O | Promise<O>,
    authorize: (caller, check) => dispatcher.authorize(caller, check),
    principal: (name, sourceArn) => ({
      kind: 'service',
      principal: name,
      sourceAccount: account,
      ...(sourceArn === undefined ? {} : { sourceArn }),
    }),
    meter: (namespace, dimensions) => service<Monitoring>('monitoring').meter(namespace, dimensions),
    metric: (...point) => (services.get('monitoring') as Sinks | undefined)?.metric?.(...point),
    log: (...lines) => (services.get('logs') as Sinks | undefined)?.log?.(...lines),
  }
  for (const created of createServices(context)) services.set(created.name, created)
  const deploy = oneAtATime((folder: string, options: DeployOptions = {}) =>
    deployAssembly(context, [...services.values()], folder, options),
  )
  service<CloudFormation>('cloudformation').deploysBy(deploy)
  const outside = new OutsideClients(kernel.clock)
  const workers = service<Lambda>('lambda')
  const gateway = new Gateway({
    kernel,
    region,
    dispatcher,
    callerOf: (key, token) => service<Gatekeeper>('iam').callerOf(key, token),
    httpServices: [...services.values()].filter((candidate) => candidate.http),
    marked: {
      requestBegun: (mark) => {
        outside.requestBegun(mark)
        workers.requestBegun(mark)
      },
      requestAnswered: (mark) => {
        outside.requestAnswered(mark)
        workers.requestAnswered(mark)
      },
    },
  })
  port = await gateway.listen(options.port ?? 0)
  let stopped: Promise<void> | undefined
  return {
    endpoint: endpoint(),
    port,
    account,
    region,
    kernel,
    context,
    environment: {
      AWS_ENDPOINT_URL: endpoint(),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    deploy,
    outsideClient: (name) => outside.open(name),
    stop: () => {
      stopped ??= stopAll(kernel, gateway, services)
      return stopped
    },
  }
}

/** Each call waits for those before it: two deployments at once would see each other's half. */
function oneAtATime<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve()
  return (...args) => {
    const next = last.then(() => work(...args))
    last = next.catch(() => undefined)
    return next
  }
}

/** Real time that functions get to end, before the services behind them go away. */
const PATIENCE_MS = 2_000

/** Functions first: what they still do to the other services must find them open. */
async function stopAll(kernel: Kernel, gateway: Gateway, services: ReadonlyMap<ServiceName, Service>): Promise<void> {
  const last = [...services.values()].filter(({ name }) => name !== 'lambda')
  await Promise.race([
    services.get('lambda')?.close?.(),
    new Promise<void>((resolve) => wallTimer(PATIENCE_MS, resolve)),
  ])
  kernel.clock.close()
  await gateway.close()
  for (const service of last) await service.close?.()
}
