import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  GetMetricStatisticsCommandInput,
  GetMetricStatisticsCommandOutput,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { dimensionsOf } from '../dimensions.ts'
import { invalidCombination, invalidParameter, missingParameter } from '../errors.ts'
import { labelOf } from '../model/labels.ts'
import type { Metrics } from '../model/metrics.ts'
import { checkQueries, periodOf, type QueryResult, runQueries, statOf } from '../model/queries.ts'
import type { MonitoringParts } from '../parts.ts'

const MAX_QUERIES = 500
const MAX_POINTS = 1_440
const MAX_RETURNED = 100_800

interface Range {
  readonly from: number
  readonly to: number
}

/** @throws MissingRequiredParameterException, InvalidParameterValueException */
function rangeOf({ StartTime, EndTime }: { StartTime: Date | undefined; EndTime: Date | undefined }): Range {
  if (!StartTime) throw missingParameter('StartTime')
  if (!EndTime) throw missingParameter('EndTime')
  if (StartTime >= EndTime) throw invalidParameter('The parameter StartTime must be less than the parameter EndTime.')
  return { from: StartTime.getTime(), to: EndTime.getTime() }
}

/** Periods are aligned to whole multiples of themselves. */
const alignTo = (period: number, { from, to }: Range): Range => ({ from: Math.floor(from / period) * period, to })

function getMetricData(
  { metrics, context }: MonitoringParts,
  input: GetMetricDataCommandInput,
): Omit<GetMetricDataCommandOutput, '$metadata'> {
  const list = input.MetricDataQueries
  if (!list?.length) throw missingParameter('MetricDataQueries')
  if (list.length > MAX_QUERIES)
    throw invalidParameter(`The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`)
  const queries = checkQueries(list)
  const period = queries.find(({ metric }) => metric)?.metric?.period ?? 60_000
  const { from, to } = alignTo(period, rangeOf(input))
  const returned = new Set(queries.filter((query) => query.returned).map(({ id }) => id))
  const results = runQueries(metrics, queries, from, to).filter(({ id }) => returned.has(id))
  return page(results, input, context)
}

/** The points after those of the pages before, result by result, up to the limit; the token counts them. */
function page(results: readonly QueryResult[], input: GetMetricDataCommandInput, place: Place) {
  const max = input.MaxDatapoints ?? MAX_RETURNED
  if (max < 1 || max > MAX_RETURNED)
    throw invalidParameter(`The parameter MaxDatapoints must be between 1 and ${MAX_RETURNED}.`)
  const begin = Number(input.NextToken ?? 0)
  if (!Number.isInteger(begin) || begin < 0) throw invalidParameter('Invalid nextToken')
  let before = 0
  const MetricDataResults = results.map((result): MetricDataResult => {
    const points = input.ScanBy === 'TimestampAscending' ? [...result.series] : [...result.series].reverse()
    const kept = points.slice(Math.max(0, begin - before), Math.max(0, begin + max - before))
    before += points.length
    return present(result, place, kept, before > begin + max)
  })
  return { MetricDataResults, Messages: [], NextToken: before > begin + max ? String(begin + max) : undefined }
}

type Place = Pick<CloudContext, 'account' | 'region'>

function present(
  { id, label, plain, metric, series, units }: QueryResult,
  { account, region }: Place,
  points: readonly (readonly [number, number])[],
  partial: boolean,
): MetricDataResult {
  return {
    Id: id,
    Label: label === undefined ? plain : labelOf(label, { plain, metric, points: [...series], account, region }),
    Timestamps: points.map(([at]) => new Date(at)),
    Values: points.map(([, value]) => value),
    StatusCode: partial ? 'PartialData' : 'Complete',
    ...(units.length > 1 && {
      Messages: [{ Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.join(', ')}]'` }],
    }),
  }
}

function getMetricStatistics(metrics: Metrics, input: GetMetricStatisticsCommandInput) {
  const { Namespace, MetricName, Period, Statistics = [], ExtendedStatistics = [], Unit } = input
  if (!Namespace) throw missingParameter('Namespace')
  if (!MetricName) throw missingParameter('MetricName')
  if (Statistics.length === 0 && ExtendedStatistics.length === 0)
    throw invalidCombination('At least one of the parameters Statistics and ExtendedStatistics must be specified.')
  const names = [...Statistics, ...ExtendedStatistics].map((name) => statOf(name))
  const period = periodOf(Period)
  const { from, to } = alignTo(period, rangeOf(input))
  if ((to - from) / period > MAX_POINTS)
    throw invalidCombination(
      `You have requested up to ${Math.ceil((to - from) / period)} datapoints, which exceeds the limit of ${MAX_POINTS}. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    )
  const id = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(input.Dimensions) }
  const points: Record<string, unknown>[] = []
  for (let at = from; at < to; at += period)
    for (const summary of metrics.summarize(id, at, at + period)) {
      if (Unit !== undefined && Unit !== summary.unit) continue
      const extended: Record<string, number | undefined> = {}
      const point: Record<string, unknown> = { Timestamp: new Date(at), Unit: summary.unit }
      for (const name of names)
        if ((ExtendedStatistics as string[]).includes(name)) extended[name] = summary.statistic(name)
        else point[name] = summary.statistic(name)
      points.push(ExtendedStatistics.length > 0 ? { ...point, ExtendedStatistics: extended } : point)
    }
  return { Label: MetricName, Datapoints: points }
}

export const metricDataActions = (parts: MonitoringParts): Record<string, Action> => ({
  GetMetricData: action<GetMetricDataCommandInput, GetMetricDataCommandOutput>({
    accepts: ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy', 'MaxDatapoints', 'NextToken'],
    // Labels here have no times, so that no zone shifts them.
    noEffect: ['LabelOptions'],
    access: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
    run: (input) => getMetricData(parts, input),
  }),

  GetMetricStatistics: action<GetMetricStatisticsCommandInput, GetMetricStatisticsCommandOutput>({
    accepts: [
      'Namespace',
      'MetricName',
      'Dimensions',
      'StartTime',
      'EndTime',
      'Period',
      'Statistics',
      'ExtendedStatistics',
      'Unit',
    ],
    access: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
    run: (input) => getMetricStatistics(parts.metrics, input),
  }),
})
