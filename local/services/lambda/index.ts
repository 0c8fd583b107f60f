import { availableParallelism, totalmem } from 'node:os'
import type { Action, Call, CloudContext, Service } from '../../service.ts'
import { absentFeatureActions, refusedActions } from './actions/absent-features.ts'
import { concurrencyActions } from './actions/concurrency.ts'
import { eventInvokeConfigActions } from './actions/event-invoke-config.ts'
import { eventSourceMappingActions } from './actions/event-source-mappings.ts'
import { functionActions } from './actions/functions.ts'
import { invokeActions } from './actions/invoke.ts'
import { permissionActions, policyOf } from './actions/permissions.ts'
import { runtimeManagementActions } from './actions/runtime-management.ts'
import { tagActions } from './actions/tags.ts'
import { versionActions } from './actions/versions.ts'
import { AsyncInvocations } from './invoke/async.ts'
import { Invoker } from './invoke/invoker.ts'
import { CodeStore } from './model/code.ts'
import { Functions } from './model/functions.ts'
import { checkMembers } from './model/member-rules.ts'
import type { LambdaParts } from './parts.ts'
import { lambdaResources } from './resources.ts'
import { Fleet } from './runtime/fleet.ts'
import { Host } from './runtime/host.ts'
import { Mappings } from './sources/mappings.ts'
import { Positions } from './sources/positions.ts'
import { SqsSource } from './sources/sqs.ts'
import { StreamSource } from './sources/stream.ts'

/** Environments at work at once, per core; each worker is a thread. */
const BUSY_PER_CORE = 2
/** Environments in the middle of an invocation may fill a quarter of the machine's memory. */
const ENVIRONMENT_BYTES = 24 * 1024 * 1024
/** Idle environments that are kept warm may fill a tenth of it, and are 16 to 96: 40 functions go round in them, several of some. */
const MAX_IDLE = Math.min(96, Math.max(16, Math.floor(totalmem() / 10 / ENVIRONMENT_BYTES)))

/** Lambda, as the gateway and the services that work with environments see it. */
export interface Lambda extends Service {
  /** Journal entry of the invocation that the sandbox is busy with: the cause of what its code calls. */
  causeOf(sandbox: string): number | undefined
  /** The sandbox's environment dies at once, as on an out-of-memory kill. */
  crash(sandbox: string): void
  /** A call of the sandbox's code waits for other work or for time, or goes on: an environment that waits takes up no place. */
  waits(sandbox: string, waits: boolean): void
  /**
   * The gateway has a request that carries a worker's `x-penstock-request` mark (`sandbox/number`) and holds the clock for
   * it; the worker's own hold on its account ends. Unknown marks are ignored.
   */
  requestBegun(mark: string): void
  /** The answer to that request is about to be written: the worker holds the clock again. */
  requestAnswered(mark: string): void
}

/** What a request breaks of the model's rules is told before it is asked who makes it. */
const checked = (actions: Readonly<Record<string, Action>>): Readonly<Record<string, Action>> =>
  Object.fromEntries(
    Object.entries(actions).map(([name, action]) => [
      name,
      {
        ...action,
        access: (input: object, call: Call) => {
          checkMembers(name, input)
          return action.access(input, call)
        },
      },
    ]),
  )

export function createLambda(context: CloudContext): Lambda {
  const functions = new Functions(context.kernel, context.region, context.account)
  const fleet = new Fleet(context, MAX_IDLE)
  const host = new Host(BUSY_PER_CORE * availableParallelism(), Math.floor(totalmem() / 4 / ENVIRONMENT_BYTES))
  const invoker = new Invoker(context, functions, fleet, host)
  const source = { context, functions, invoker, positions: new Positions(context.persist) }
  const parts: LambdaParts = {
    ...source,
    fleet,
    code: new CodeStore(),
    async: new AsyncInvocations(context, functions, invoker),
    mappings: new Mappings(source, {
      sqs: (...given) => new SqsSource(...given),
      stream: (...given) => new StreamSource(...given),
    }),
  }
  const request = (mark: string, tell: 'requestBegun' | 'requestAnswered'): void => {
    const [sandbox = '', number] = mark.split('/')
    fleet.sandbox(sandbox)?.[tell](Number(number))
  }
  return {
    name: 'lambda',
    actions: checked({
      ...functionActions(parts),
      ...versionActions(parts),
      ...invokeActions(parts),
      ...permissionActions(parts),
      ...concurrencyActions(parts),
      ...eventInvokeConfigActions(parts),
      ...eventSourceMappingActions(parts),
      ...runtimeManagementActions(parts),
      ...tagActions(parts),
      ...absentFeatureActions(parts),
    }),
    refused: refusedActions,
    resources: lambdaResources(context, parts.code),
    resourcePolicy: (arn) => (arn.includes(':function:') ? policyOf(functions, arn) : undefined),
    causeOf: (sandbox) => fleet.sandbox(sandbox)?.entry,
    crash: (sandbox) => void fleet.sandbox(sandbox)?.kill(),
    waits: (sandbox, waits) => fleet.sandbox(sandbox)?.callWaits(waits),
    requestBegun: (mark) => request(mark, 'requestBegun'),
    requestAnswered: (mark) => request(mark, 'requestAnswered'),
    async close() {
      const read = parts.mappings.close()
      // Invocations under way end with their environments; what they held up ends then too.
      await fleet.close()
      await read
      parts.code.close()
    },
  }
}
