import { NEWER_VERSION } from '../failure.ts'
import type { OperationAnswer } from '../operation.ts'
import type { Deadline } from './deadline.ts'
import type { Parking } from './parking.ts'

/** Groups that are taken up side by side: they have nothing to do with each other. */
const AT_ONCE = 10

/**
 * Takes up every group whose first message waits for newer code. One that needs code newer than this stays as it is.
 * @param resume handles a group's messages in order, as far as it comes
 * @throws Error where time was short or a message failed, for Lambda to ask again
 */
export async function resumeReadable(
  parking: Parking,
  { signal }: Deadline,
  resume: (group: string) => Promise<OperationAnswer>,
): Promise<OperationAnswer> {
  const groups = (await parking.groups()).values()
  const unfinished: string[] = []
  let done = 0
  let left = false
  const takeUp = async () => {
    for (const group of groups) {
      const [head] = await parking.first(group, 1)
      if (head?.code !== NEWER_VERSION) continue
      const answer = signal.aborted ? { done: 0, left: true } : await resume(group)
      done += answer.done
      left ||= answer.left
      if (answer.left && !waits(answer)) unfinished.push(`'${group}': ${answer.stopped?.reason ?? 'no time left'}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, takeUp))
  if (unfinished.length > 0)
    throw new Error(
      `${done} parked messages resumed; ${unfinished.length} groups are left: ${unfinished.slice(0, 10).join('; ')}`,
    )
  return { done, left }
}

const waits = ({ stopped }: OperationAnswer): boolean => stopped?.class === `Park/${NEWER_VERSION}`
