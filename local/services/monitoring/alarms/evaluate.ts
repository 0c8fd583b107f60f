import type { Comparison, MetricAlarmRule, StateValue } from './alarm.ts'

const compare: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
}

const words: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

/** A period's value, `undefined` where it has none. */
export interface Point {
  readonly at: number
  readonly value: number | undefined
  readonly sampleCount: number | undefined
}

export interface Verdict {
  /** `undefined` where the alarm keeps its state. */
  readonly value: StateValue | undefined
  readonly reason: string
  /** The points that decided, oldest first. */
  readonly recent: readonly Point[]
}

/** AWS looks at a few periods more than it needs, and fills gaps only where even those do not suffice. */
export const EXTRA_PERIODS = 2

/**
 * The state that points (oldest first) give an alarm.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(rule: MetricAlarmRule, points: readonly Point[]): Verdict {
  const { evaluationPeriods: wanted, datapointsToAlarm: needed, missingData } = rule
  const present = points.filter(({ value }) => value !== undefined).slice(-wanted)
  const missing = wanted - present.length
  const breaching = present.filter(({ value }) => compare[rule.comparison](value as number, rule.threshold))
  const verdict = (value: StateValue | undefined): Verdict => ({
    value,
    reason: reasonOf(rule, value ?? 'OK', present, breaching, missing),
    recent: present,
  })
  if (breaching.length >= needed) return verdict('ALARM')
  if (missing === 0) return verdict('OK')
  const undecided = present.length < needed && breaching.length === present.length
  switch (missingData) {
    case 'breaching':
      return verdict(breaching.length + missing >= needed ? 'ALARM' : 'OK')
    case 'notBreaching':
      return verdict('OK')
    case 'ignore':
      return verdict(undecided ? undefined : 'OK')
    case 'missing':
      if (present.length === 0) return verdict('INSUFFICIENT_DATA')
      return verdict(undecided ? 'ALARM' : 'OK')
  }
}

const number = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value))
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
const were = (count: number): string => (count === 1 ? 'was' : 'were')

/** `(21/11/26 14:05:00)`, as AWS writes it. */
function dateOf(at: number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`
}

function reasonOf(
  rule: MetricAlarmRule,
  state: StateValue,
  present: readonly Point[],
  breaching: readonly Point[],
  missing: number,
): string {
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${plural(missing, 'datapoint')} ${were(missing)} unknown.`
  const treated = `${plural(missing, 'missing datapoint')} ${were(missing)} treated as [${rule.missingData === 'breaching' ? 'Breaching' : 'NonBreaching'}]`
  if (present.length === 0)
    return `Threshold Crossed: no datapoints were received for ${plural(missing, 'period')} and ${treated}.`
  const shown = state === 'ALARM' ? breaching : present.filter((point) => !breaching.includes(point))
  const values = shown.map(({ at, value }) => `${number(value as number)} (${dateOf(at)})`).join(', ')
  const { mOfN, evaluationPeriods, datapointsToAlarm, comparison, threshold } = rule
  const counted = mOfN
    ? `${shown.length} out of the last ${plural(evaluationPeriods, 'datapoint')}`
    : plural(shown.length, 'datapoint')
  const crossed = `${state === 'ALARM' ? '' : 'not '}${words[comparison]} the threshold (${number(threshold)})`
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'
  const needed = state === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1
  const minimum = mOfN ? ` (minimum ${plural(needed, 'datapoint')} for ${transition} transition)` : ''
  return `Threshold Crossed: ${counted} [${values}] ${were(shown.length)} ${crossed}${minimum}.`
}

/** What AWS tells beside the reason, as JSON. */
export function reasonData(rule: MetricAlarmRule, { recent }: Verdict, now: number): string {
  const time = (at: number) => new Date(at).toISOString().replace('Z', '+0000')
  const first = recent[0]
  const gaps = Array.from({ length: rule.evaluationPeriods - recent.length }, (_, index) => ({
    timestamp: time(now - (index + 1) * rule.period),
  }))
  return JSON.stringify({
    version: '1.0',
    queryDate: time(now),
    ...(first && { startDate: time(first.at) }),
    unit: rule.given.Unit,
    statistic: rule.given.Statistic,
    period: rule.period / 1_000,
    recentDatapoints: recent.map(({ value }) => value),
    threshold: rule.threshold,
    evaluatedDatapoints: [
      ...recent.toReversed().map(({ at, value, sampleCount }) => ({ timestamp: time(at), sampleCount, value })),
      ...gaps,
    ],
  })
}
