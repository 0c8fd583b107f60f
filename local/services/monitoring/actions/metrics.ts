import type {
  DimensionFilter,
  ListMetricsCommandInput,
  ListMetricsCommandOutput,
  MetricDatum,
  PutMetricDataCommandInput,
  PutMetricDataCommandOutput,
} from '@aws-sdk/client-cloudwatch'
import { type Action, action } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import { dimensionsOf, listOf } from '../dimensions.ts'
import { invalidCombination, invalidParameter, missingParameter } from '../errors.ts'
import { keyOf, type MetricId, MINUTE_MS } from '../model/metric.ts'
import type { Summary } from '../model/statistics.ts'
import type { MonitoringParts } from '../parts.ts'

const MAX_DATA = 1_000
const TWO_WEEKS_MS = 14 * 86_400_000
const TWO_HOURS_MS = 2 * 3_600_000
const PAGE = 500
const RECENT_MS = 3 * 3_600_000

const isNumber = (value: number): boolean => Number.isFinite(value)

/** Everything of one datum is checked before anything of the request is kept. */
function checkDatum(datum: MetricDatum, index: number, now: number): void {
  const at = `MetricData.member.${index + 1}`
  if (!datum.MetricName) throw missingParameter(`${at}.MetricName`)
  const { Value, Values, Counts, StatisticValues, Timestamp, StorageResolution = 60 } = datum
  const given = [Value, Values, StatisticValues].filter((each) => each !== undefined)
  if (given.length === 0)
    throw invalidCombination(
      `At least one of the parameters must be specified: ${at}.Value, Values or StatisticValues.`,
    )
  if (given.length > 1) {
    const [one, other] = Object.entries({ Value, Values, StatisticValues }).flatMap(([name, it]) => (it ? [name] : []))
    throw invalidCombination(
      `The parameters ${at}.${one} and ${at}.${other} are mutually exclusive and you have specified both.`,
    )
  }
  const { Sum = 0, SampleCount = 1, Minimum = 0, Maximum = 0 } = StatisticValues ?? {}
  for (const number of [...(Value === undefined ? [] : [Value]), ...(Values ?? []), Sum, SampleCount, Minimum, Maximum])
    if (!isNumber(number)) throw invalidParameter(`The value ${number} for parameter ${at}.Value is invalid.`)
  if (Counts && Counts.length !== Values?.length)
    throw invalidParameter(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`)
  if (Values && Values.length > 150)
    throw invalidParameter(`The collection ${at}.Values must not have a size greater than 150.`)
  if (StorageResolution !== 1 && StorageResolution !== 60)
    throw invalidParameter(`The value ${StorageResolution} for parameter ${at}.StorageResolution must be 1 or 60.`)
  const time = Timestamp?.getTime() ?? now
  if (time < now - TWO_WEEKS_MS || time > now + TWO_HOURS_MS)
    throw invalidParameter(
      `The parameter ${at}.Timestamp must specify a time no more than two weeks in the past and no more than two hours in the future.`,
    )
}

function addDatum(summary: Summary, { Value, Values, Counts, StatisticValues }: MetricDatum): void {
  if (Value !== undefined) summary.add(Value)
  for (const [index, value] of (Values ?? []).entries()) summary.add(value, Counts?.[index] ?? 1)
  if (!StatisticValues) return
  const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = StatisticValues
  summary.addSet({ count: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum })
}

function putMetricData({ metrics, context }: MonitoringParts, input: PutMetricDataCommandInput): void {
  const { Namespace, MetricData } = input
  if (!Namespace) throw missingParameter('Namespace')
  if (!MetricData?.length) throw missingParameter('MetricData')
  if (!/^[^:][\w.\-/# :]{0,254}$/.test(Namespace))
    throw invalidParameter(`The value ${Namespace} for parameter Namespace is invalid.`)
  if (Namespace.startsWith('AWS/'))
    throw invalidParameter(`The value AWS/ for parameter Namespace is invalid: it is reserved for AWS services.`)
  if (MetricData.length > MAX_DATA)
    throw invalidParameter(`The collection MetricData must not have a size greater than ${MAX_DATA}.`)
  const now = context.kernel.clock.now()
  for (const [index, datum] of MetricData.entries()) checkDatum(datum, index, now)
  for (const datum of MetricData) {
    const id = { namespace: Namespace, name: datum.MetricName as string, dimensions: dimensionsOf(datum.Dimensions) }
    const resolution = datum.StorageResolution === 1 ? 1_000 : MINUTE_MS
    addDatum(metrics.open(id).at(datum.Timestamp?.getTime() ?? now, datum.Unit ?? 'None', resolution), datum)
  }
}

const matches =
  ({ Namespace, MetricName, Dimensions = [] }: ListMetricsCommandInput) =>
  ({ namespace, name, dimensions }: MetricId): boolean =>
    (Namespace === undefined || namespace === Namespace) &&
    (MetricName === undefined || name === MetricName) &&
    Dimensions.every(({ Name = '', Value }: DimensionFilter) =>
      Value === undefined ? Name in dimensions : dimensions[Name] === Value,
    )

export const metricActions = (parts: MonitoringParts): Record<string, Action> => ({
  PutMetricData: action<PutMetricDataCommandInput, PutMetricDataCommandOutput>({
    accepts: ['Namespace', 'MetricData'],
    access: ({ Namespace = '' }) => [
      { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': Namespace } },
    ],
    run: (input) => {
      putMetricData(parts, input)
      return {}
    },
  }),

  ListMetrics: action<ListMetricsCommandInput, ListMetricsCommandOutput>({
    accepts: ['Namespace', 'MetricName', 'Dimensions', 'NextToken', 'RecentlyActive'],
    access: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
    run: (input) => {
      const since = input.RecentlyActive === 'PT3H' ? parts.context.kernel.clock.now() - RECENT_MS : 0
      const recent = (id: MetricId) =>
        (parts.metrics.find(id)?.lastPointAt ?? 0) >= since || parts.metrics.readGauge(id) !== undefined
      const all = parts.metrics.list().filter(matches(input)).filter(recent)
      const { elements, next } = pageOf(all, keyOf, PAGE, input.NextToken)
      return {
        Metrics: elements.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: listOf(dimensions),
        })),
        NextToken: next,
      }
    },
  }),
})
