import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { Schedule } from './command.ts'

/** Makes single schedules, with a client that is loaded when it is first needed: few senders delay anything so long. */
export function lazySchedule(): Schedule {
  let client: SchedulerClient | undefined
  return async (target, held) => {
    const [{ createSchedule, isDone }, sdk] = await Promise.all([
      import('./carriers/schedule.ts'),
      import('@aws-sdk/client-scheduler'),
    ])
    client ??= new sdk.SchedulerClient({})
    await createSchedule(client, target, held).catch((error: unknown) => {
      if (!isDone(error)) throw error
    })
  }
}
