import { compact, type Json } from '../../language/json.ts'
import { runtimeProblem } from '../../language/problem.ts'
import type { Activity } from '../../model/activities.ts'
import type { WaitingTask } from '../../model/tokens.ts'
import type { StatesParts } from '../../parts.ts'

/** @throws Problem where it was deleted, or never was (recorded) */
export function activityOf({ activities }: StatesParts, arn: string): Activity {
  const activity = activities.find(arn)
  if (!activity) throw runtimeProblem(`The activity ${arn} does not exist.`)
  return activity
}

/** Hands the task to the activity's workers and waits for the answer of the one that took it. */
export async function runActivity(
  { queue }: Activity,
  parameters: Json,
  { token, answered }: WaitingTask,
  task: {
    readonly begin: (workerName: string | undefined) => void
    /** Aborted when nobody waits for the task any more. */
    readonly signal: AbortSignal
  },
): Promise<Json> {
  const workerName = await new Promise<string | undefined>((taken) => {
    queue.offer({ token, input: compact(parameters), taken }, task.signal)
  })
  task.begin(workerName)
  return answered
}
