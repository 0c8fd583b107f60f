import type { Timer } from '../../../kernel/clock.ts'
import type { CloudContext } from '../../../service.ts'
import { MINUTE_MS } from '../model/metric.ts'
import type { Metrics } from '../model/metrics.ts'
import { runQueries } from '../model/queries.ts'
import type { Alarm, AlarmState, MetricAlarmRule, StateValue } from './alarm.ts'
import { type Cause, compositeReason, compositeReasonData } from './composite.ts'
import { EXTRA_PERIODS, evaluate, type Point, reasonData } from './evaluate.ts'
import { History, type HistoryItem } from './history.ts'
import { notify } from './notify.ts'
import { tellEventBridge } from './state-change.ts'

type MetricAlarm = Alarm & { readonly rule: MetricAlarmRule }

const isMetricAlarm = (alarm: Alarm): alarm is MetricAlarm => alarm.rule.kind === 'metric'

/** Alarms are evaluated every minute, those of shorter periods at each period. */
const intervalOf = ({ rule }: MetricAlarm): number => Math.min(MINUTE_MS, rule.period)

/**
 * All alarms, and when they are looked at: an alarm is restless while points in its range can still change its
 * state. Only then a background timer stands at the next full minute; points and gauges that leave zero wake it again.
 */
export class Alarms {
  readonly #context: CloudContext
  readonly #metrics: Metrics
  readonly #alarms = new Map<string, Alarm>()
  readonly #stops = new Map<string, () => void>()
  readonly #restless = new Set<string>()
  readonly #history = new History()
  #timer: Timer | undefined

  constructor(context: CloudContext, metrics: Metrics) {
    this.#context = context
    this.#metrics = metrics
  }

  get(name: string): Alarm | undefined {
    return this.#alarms.get(name)
  }

  all(): Alarm[] {
    return [...this.#alarms.values()]
  }

  history(name: string | undefined): readonly HistoryItem[] {
    return this.#history.of(name)
  }

  /** Creates an alarm or replaces its configuration; a known alarm keeps its state until it is evaluated again. */
  async put(configured: Omit<Alarm, 'state'>): Promise<void> {
    const { name } = configured.common
    const now = this.#now()
    const known = this.#alarms.get(name)
    const first: AlarmState = {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      reasonData: undefined,
      updatedAt: now,
      transitionedAt: now,
    }
    const alarm: Alarm = { ...configured, state: known?.state ?? first }
    this.#stops.get(name)?.()
    this.#alarms.set(name, alarm)
    const kind = alarm.rule.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'
    const summary = known ? `Alarm "${name}" updated` : `Alarm "${name}" created`
    this.#history.add({ alarm: name, kind, at: now, type: 'ConfigurationUpdate', summary, data: {} })
    if (isMetricAlarm(alarm)) this.#watch(alarm)
    else await this.#evaluateComposite(alarm, known ? 'updated' : 'created')
  }

  delete(name: string): void {
    this.#stops.get(name)?.()
    this.#stops.delete(name)
    this.#restless.delete(name)
    this.#alarms.delete(name)
  }

  /** Replaces what every alarm has; its rule and state stay. */
  configure(name: string, change: Partial<Alarm['common']>): void {
    const alarm = this.#alarms.get(name)
    if (alarm) this.#alarms.set(name, { ...alarm, common: { ...alarm.common, ...change } })
  }

  /** Sets a state until the next evaluation finds another. */
  async setState(alarm: Alarm, value: StateValue, reason: string, reasonData: string | undefined): Promise<void> {
    await this.#become(alarm, value, reason, reasonData)
    if (isMetricAlarm(alarm)) this.#wake(alarm)
  }

  #watch(alarm: MetricAlarm): void {
    const stops = alarm.rule.queries.flatMap(({ metric }) =>
      metric ? [this.#metrics.listen(metric.id, () => this.#wake(alarm))] : [],
    )
    this.#stops.set(alarm.common.name, () => {
      for (const stop of stops) stop()
    })
    this.#wake(alarm)
  }

  #wake({ common }: MetricAlarm): void {
    if (this.#restless.has(common.name)) return
    this.#restless.add(common.name)
    this.#arm()
  }

  #arm(): void {
    const intervals = [...this.#restless].flatMap((name) => {
      const alarm = this.#alarms.get(name)
      return alarm && isMetricAlarm(alarm) ? [intervalOf(alarm)] : []
    })
    const interval = Math.min(...intervals)
    const due = intervals.length > 0 ? (Math.floor(this.#now() / interval) + 1) * interval : undefined
    if (this.#timer?.due === due) return
    this.#timer?.cancel()
    this.#timer =
      due === undefined
        ? undefined
        : this.#context.kernel.clock.at(due, 'cloudwatch alarms', () => this.#tick(due), { background: true })
  }

  async #tick(now: number): Promise<void> {
    this.#timer = undefined
    for (const name of [...this.#restless]) {
      const alarm = this.#alarms.get(name)
      if (!alarm || !isMetricAlarm(alarm)) this.#restless.delete(name)
      else if (now % intervalOf(alarm) === 0) await this.#evaluate(alarm, now)
    }
    this.#arm()
  }

  async #evaluate(alarm: MetricAlarm, now: number): Promise<void> {
    const { queries, period, evaluationPeriods } = alarm.rule
    for (const { metric } of queries) if (metric) this.#metrics.sample(metric.id, now - 1)
    const from = now - (evaluationPeriods + EXTRA_PERIODS) * period
    const results = runQueries(this.#metrics, queries, from, now)
    const returned = queries.find((query) => query.returned)?.id
    const result = results.find(({ id }) => id === returned)
    const points: Point[] = []
    for (let at = from; at < now; at += period)
      points.push({ at, value: result?.series.get(at), sampleCount: result?.sampleCounts.get(at) })
    const verdict = evaluate(alarm.rule, points)
    const { value, reason } = verdict
    const live = queries.some(
      ({ id, metric }) => metric && this.#isLive(metric.id, results.find((result) => result.id === id)?.series),
    )
    if (!live) this.#restless.delete(alarm.common.name)
    if (value !== undefined) await this.#become(alarm, value, reason, reasonData(alarm.rule, verdict, now))
  }

  /** Whether time alone may still change what the metric says: it has points in range, or is a gauge off zero. */
  #isLive(id: Parameters<Metrics['readGauge']>[0], series: ReadonlyMap<number, number> | undefined): boolean {
    const gauge = this.#metrics.readGauge(id)
    const values = [...(series?.values() ?? [])]
    return gauge ? gauge.value !== 0 || values.some((value) => value !== 0) : values.length > 0
  }

  async #become(alarm: Alarm, value: StateValue, reason: string, reasonData: string | undefined): Promise<void> {
    const previous = alarm.state
    if (previous.value === value) return
    const now = this.#now()
    const current = this.#alarms.get(alarm.common.name) ?? alarm
    current.state = { value, reason, reasonData, updatedAt: now, transitionedAt: now }
    const { name } = current.common
    this.#history.add({
      alarm: name,
      kind: current.rule.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      at: now,
      type: 'StateUpdate',
      summary: `Alarm updated from ${previous.value} to ${value}`,
      data: { version: '1.0', oldState: recorded(previous), newState: recorded(current.state) },
    })
    this.#context.kernel.journal.record('alarm', current.common.arn, undefined, {
      from: previous.value,
      to: value,
      reason,
    })
    await tellEventBridge(this.#context, current, previous)
    await this.#act(current, previous)
    for (const parent of this.#alarms.values())
      if (parent.rule.kind === 'composite' && parent.rule.children.includes(name))
        await this.#evaluateComposite(parent, current)
  }

  async #act(alarm: Alarm, previous: AlarmState): Promise<void> {
    const { name, actionsEnabled, actions } = alarm.common
    if (!actionsEnabled) return
    for (const arn of actions[alarm.state.value]) {
      const { failure, published } = await notify(this.#context, arn, alarm, previous)
      this.#history.add({
        alarm: name,
        kind: alarm.rule.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
        at: this.#now(),
        type: 'Action',
        summary: failure === undefined ? `Successfully executed action ${arn}` : `Failed to execute action ${arn}`,
        data: {
          actionState: failure === undefined ? 'Succeeded' : 'Failed',
          stateUpdateTimestamp: alarm.state.updatedAt,
          notificationResource: arn,
          ...(published !== undefined && { publishedMessage: published }),
          error: failure ?? null,
        },
      })
    }
  }

  async #evaluateComposite(alarm: Alarm, cause: Cause): Promise<void> {
    if (alarm.rule.kind !== 'composite') return
    const holds = alarm.rule.holds((name) => this.#alarms.get(name)?.state.value ?? 'INSUFFICIENT_DATA')
    const value = holds ? 'ALARM' : 'OK'
    const children = alarm.rule.children.flatMap((name) => this.#alarms.get(name) ?? [])
    const data = compositeReasonData(typeof cause === 'string' ? children : [cause])
    await this.#become(alarm, value, compositeReason(alarm.common.arn, value, cause), data)
  }

  #now(): number {
    return this.#context.kernel.clock.now()
  }
}

/** A state in an alarm's history. */
const recorded = ({ value, reason, reasonData }: AlarmState): Readonly<Record<string, unknown>> => ({
  stateValue: value,
  stateReason: reason,
  ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) }),
})
