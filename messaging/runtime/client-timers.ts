import { type AnyTimer, serviceOf } from '../contract.ts'
import type { Envelope } from '../envelope.ts'
import type { Timers, When } from '../unit.ts'
import { dynamoClient } from './clients.ts'
import { commit } from './commit.ts'
import { planCommit } from './commit-plan.ts'
import { Ledger } from './ledger.ts'
import { fullJitter, type Ports, sleep } from './ports.ts'
import { openTable } from './table.ts'
import { timersOf } from './timers.ts'

const MAX_RUNS = 20

/** Timers as a client sets them: each call is a unit of its own in the table of the timer's service, whose relay ships it. */
export function clientTimers(tableOf: (service: string) => Promise<string>, ports: Ports): Timers<AnyTimer> {
  const dynamo = dynamoClient()
  const run = async <T>(timer: AnyTimer, act: (timers: Timers<AnyTimer>) => Promise<T>): Promise<T> => {
    const table = openTable(dynamo, await tableOf(serviceOf(timer.name)), ports)
    const cause = causeOf(timer, ports)
    const signal = new AbortController().signal
    for (let count = 1; count <= MAX_RUNS; count++) {
      const ledger = new Ledger(signal)
      const answer = await act(timersOf([timer], table, ledger, ports.now))
      const committer = { table: table.name, consumerId: timer.name }
      const plan = await planCommit(ledger, committer, cause, ports.now())
      const result = await commit(dynamo, plan, ports, signal)
      // A try whose answer was lost has left the call's mark: it took effect.
      if (result === 'committed' || result === 'duplicate') return answer
      await sleep(ports, fullJitter(ports, count, 10, 250))
    }
    throw new Error(`${timer.name} was changed by others during each of ${MAX_RUNS} tries: call again`)
  }
  return {
    schedule: (timer, data: unknown, when: When) => run(timer, (timers) => timers.schedule(timer, data as never, when)),
    reschedule: (timer, data: unknown, when: When) =>
      run(timer, (timers) => timers.reschedule(timer, data as never, when)),
    cancel: (timer, key) => run(timer, (timers) => timers.cancel(timer, key)),
  }
}

/** What a unit's cause is to its messages, the call is to the timer's. */
function causeOf({ name, version }: AnyTimer, ports: Ports): Envelope {
  const id = ports.uuid()
  const time = new Date(ports.now()).toISOString()
  const call = { source: 'client', type: name, dataversion: version, partitionkey: id, correlationid: id, data: null }
  return { specversion: '1.0', datacontenttype: 'application/json', id, time, hops: 0, ...call }
}
