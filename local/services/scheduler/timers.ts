import type { Timer } from '../../kernel/clock.ts'
import type { CloudContext } from '../../service.ts'
import { nextDue, type Period } from './expression/expression.ts'
import { invoke } from './invocation.ts'
import type { ScheduleGroups } from './model.ts'
import type { Schedule } from './schedule.ts'

const MINUTE_MS = 60_000
/** Without a start date a rate starts at once; a second later, so that each period has its one invocation. */
const AT_ONCE_MS = 1_000

/** Fires the schedules at their due instants, each somewhere within its flexible window. */
export class ScheduleTimers {
  readonly #context: CloudContext
  readonly #groups: ScheduleGroups
  readonly #timers = new Map<string, Timer>()

  constructor(context: CloudContext, groups: ScheduleGroups) {
    this.#context = context
    this.#groups = groups
  }

  /** Sets the timer that the schedule, as it now is, needs. */
  arrange(schedule: Schedule): void {
    this.cancel(schedule)
    if (schedule.settings.enabled) this.#wait(schedule, this.#context.kernel.clock.now())
  }

  cancel(schedule: Schedule): void {
    this.#timers.get(schedule.arn)?.cancel()
    this.#timers.delete(schedule.arn)
  }

  #wait(schedule: Schedule, after: number): void {
    const { settings } = schedule
    const due = nextDue(settings.expression, after, periodOf(schedule))
    if (due === undefined) return
    const timer = this.#context.kernel.clock.at(
      due,
      `scheduler ${schedule.name}`,
      () => this.#due(schedule, due),
      // A recurring schedule always has another instant to come; a one-time schedule is waited for.
      { background: settings.expression.kind !== 'at' },
    )
    this.#timers.set(schedule.arn, timer)
  }

  #due(schedule: Schedule, due: number): void {
    const { clock, random } = this.#context.kernel
    const window = schedule.settings.windowMinutes * MINUTE_MS
    const last = nextDue(schedule.settings.expression, due, periodOf(schedule)) === undefined
    if (window === 0) this.#invoke(schedule, due, last)
    else
      clock.after(random.integer(`flexible window ${schedule.arn}`, window), `scheduler window ${schedule.name}`, () =>
        this.#invoke(schedule, due, last),
      )
    if (!last) this.#wait(schedule, due)
  }

  #invoke(schedule: Schedule, due: number, last: boolean): void {
    if (!this.#groups.has(schedule) || !schedule.settings.enabled) return
    void invoke(this.#context, schedule, due)
    if (last) this.#complete(schedule)
  }

  /** After its last invocation a schedule stays, or goes where it was asked to. */
  #complete(schedule: Schedule): void {
    this.#timers.delete(schedule.arn)
    if (schedule.settings.deleteAfter && this.#groups.has(schedule)) this.#groups.remove(schedule)
  }
}

const periodOf = ({ settings, modified }: Schedule): Period => ({
  zone: settings.zone,
  start: settings.start?.getTime() ?? modified.getTime() + (settings.expression.kind === 'rate' ? AT_ONCE_MS : 0),
  end: settings.end?.getTime(),
})
