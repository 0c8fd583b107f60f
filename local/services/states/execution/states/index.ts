import type { State } from '../../language/definition.ts'
import type { Outcome, Step } from '../step.ts'
import { runChoice } from './choice.ts'
import { runFail } from './fail.ts'
import { runMap } from './map.ts'
import { runParallel } from './parallel.ts'
import { runPass } from './pass.ts'
import { runSucceed } from './succeed.ts'
import { runTask } from './task.ts'
import { runWait } from './wait.ts'

/** What each type of state does. */
export const executors: Readonly<Record<State['Type'], (step: Step) => Promise<Outcome>>> = {
  Pass: runPass,
  Task: runTask,
  Choice: runChoice,
  Wait: runWait,
  Succeed: runSucceed,
  Fail: runFail,
  Parallel: runParallel,
  Map: runMap,
}
