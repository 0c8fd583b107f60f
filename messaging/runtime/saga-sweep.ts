import { errorFields } from './logging.ts'
import { describe, settleExecution } from './saga-end.ts'
import type { KeeperDesk, Kept } from './saga-keeper.ts'
import type { OpenSaga } from './saga-open.ts'

/** An end is told within seconds; who has not heard of one asks, but not for every saga that has just begun. */
const YOUNG_MS = 10 * 60_000
const AT_ONCE = 10

/** Looks at every open saga: ends that nobody heard of are dealt with, and what is open is measured. */
export async function sweepSagas(desk: KeeperDesk): Promise<void> {
  for (const saga of Object.values(desk.sagas)) await sweep(desk, saga)
}

async function sweep(desk: KeeperDesk, saga: Kept): Promise<void> {
  const all = await saga.open.all()
  const now = desk.ports.now()
  const old = all.filter(({ startedAt }) => now - startedAt > YOUNG_MS)
  const over = new Set<OpenSaga>()
  for (let at = 0; at < old.length; at += AT_ONCE)
    await Promise.all(
      old.slice(at, at + AT_ONCE).map(async (one) => {
        if (await isOver(desk, saga, one)) over.add(one)
      }),
    )
  const open = all.filter((one) => !over.has(one))
  const oldest = Math.max(0, ...open.map(({ startedAt }) => now - startedAt))
  desk.measure(saga.name, 'Open', 'Count', open.length)
  desk.measure(saga.name, 'Attention', 'Count', open.filter(({ attention }) => attention).length)
  desk.measure(saga.name, 'OldestRunning', 'Seconds', oldest / 1000)
}

async function isOver(desk: KeeperDesk, saga: Kept, { sagaId, execution }: OpenSaga): Promise<boolean> {
  try {
    return await settleExecution(desk, saga, await describe(desk.sfn, execution))
  } catch (error) {
    // One saga that cannot be asked about must not hide the others; the next sweep asks again.
    desk.logger.error('could not look at a saga', { saga: saga.name, saga_id: sagaId, ...errorFields(error) })
    return false
  }
}
