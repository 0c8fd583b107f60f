import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { NotSimulated } from '../../../errors.ts'
import { dimensionsOf } from '../dimensions.ts'
import { validation } from '../errors.ts'
import { evaluateMath } from '../math/evaluate.ts'
import { type Expression, namesIn, parseMath } from '../math/parse.ts'
import { isArray, type Value } from '../math/values.ts'
import type { MetricId } from './metric.ts'
import type { Metrics } from './metrics.ts'
import { type MetricSeries, type Series, type SeriesRequest, seriesOf } from './series.ts'
import { isPercentile, isStatistic } from './statistics.ts'
import { trimmedOf } from './trimmed.ts'

/** A checked query: a metric's statistic, or an expression over other queries. */
export interface Query {
  readonly id: string
  /** As it was given; it may be dynamic. */
  readonly label: string | undefined
  /** The label of its own: of a metric, what tells it from the others. */
  readonly plain: string
  readonly returned: boolean
  readonly metric: SeriesRequest | undefined
  readonly math: { readonly source: string; readonly expression: Expression } | undefined
}

export interface QueryResult {
  readonly id: string
  readonly label: string | undefined
  readonly plain: string
  readonly metric: SeriesRequest | undefined
  readonly series: Series
  /** Of a metric: units of its points, and how many each value stands for. */
  readonly units: readonly string[]
  readonly sampleCounts: Series
}

/** Words of metric math that are no ids of queries. */
const WORDS: ReadonlySet<string> = new Set(['REPEAT', 'LINEAR', 'AVG', 'MAX', 'MIN', 'SUM', 'ASC', 'DESC'])

/** @throws ValidationError where AWS would refuse the queries */
export function checkQueries(list: readonly MetricDataQuery[]): Query[] {
  const queries = labelled(list.map(checkQuery))
  const ids = new Set(queries.map(({ id }) => id))
  if (ids.size < queries.length) throw validation('The values for parameter Id in MetricDataQueries are not unique.')
  for (const { math } of queries)
    for (const name of math ? namesIn(math.expression) : [])
      if (!ids.has(name) && !WORDS.has(name))
        throw validation(`Error in expression '${math?.source}': No query has the id ${name}.`)
  return queries
}

/** Metrics of one name are told apart by what differs: their statistics, their periods, or both (recorded). */
function labelled(queries: readonly Query[]): Query[] {
  const namesakes = (query: Query) => queries.filter(({ metric }) => metric && metric.id.name === query.metric?.id.name)
  return queries.map((query) => {
    if (!query.metric) return query
    const { id, stat, period } = query.metric
    const others = namesakes(query)
    const parts = [
      id.name,
      ...(others.some(({ metric }) => metric?.stat !== stat) ? [stat] : []),
      ...(others.some(({ metric }) => metric?.period !== period) ? [String(period / 1_000)] : []),
    ]
    return { ...query, plain: parts.join(' ') }
  })
}

function checkQuery({ Id, MetricStat, Expression, Label, ReturnData = true, AccountId }: MetricDataQuery): Query {
  if (!Id || !/^[a-z]\w{0,254}$/.test(Id))
    throw validation(
      `The value ${Id} for parameter MetricDataQueries.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    )
  if (AccountId !== undefined)
    throw new NotSimulated('MetricDataQueries.AccountId', 'There is one account; leave AccountId out.')
  if ((MetricStat === undefined) === (Expression === undefined))
    throw validation(`Invalid metrics list: the query ${Id} must have either MetricStat or Expression.`)
  if (Expression !== undefined)
    return {
      id: Id,
      label: Label,
      plain: Id,
      returned: ReturnData,
      metric: undefined,
      math: { source: Expression, expression: parseMath(Expression) },
    }
  const { Metric, Period, Stat, Unit } = MetricStat as NonNullable<typeof MetricStat>
  const id: MetricId = {
    namespace: Metric?.Namespace ?? '',
    name: Metric?.MetricName ?? '',
    dimensions: dimensionsOf(Metric?.Dimensions),
  }
  if (!id.namespace || !id.name) throw validation(`The query ${Id} must name a namespace and a metric.`)
  return {
    id: Id,
    label: Label,
    plain: id.name,
    returned: ReturnData,
    math: undefined,
    metric: { id, period: periodOf(Period), stat: statOf(Stat), unit: Unit },
  }
}

/** @throws ValidationError where the period is neither 1, 5, 10, 30 nor a multiple of 60 */
export function periodOf(seconds: number | undefined): number {
  if (seconds === undefined || !([1, 5, 10, 20, 30].includes(seconds) || (seconds >= 60 && seconds % 60 === 0)))
    throw validation(
      `Value ${seconds} for parameter Period is invalid. It must be 1, 5, 10, 20, 30, or any multiple of 60.`,
    )
  return seconds * 1_000
}

/** @throws ValidationError */
export function statOf(stat: string | undefined): string {
  if (stat !== undefined && (isStatistic(stat) || isPercentile(stat) || trimmedOf(stat))) return stat
  throw validation(`The value ${stat} for parameter Stat is not supported.`)
}

/** Values of all queries, in their order, over periods that begin at `from`. Expressions may read any other query. */
export function runQueries(metrics: Metrics, queries: readonly Query[], from: number, to: number): QueryResult[] {
  const period = queries.find(({ metric }) => metric)?.metric?.period ?? 60_000
  const instants: number[] = []
  for (let at = from; at < to; at += period) instants.push(at)
  const values = new Map<string, Value>()
  const found = new Map<string, MetricSeries>()
  for (const { id, metric } of queries) if (metric) found.set(id, seriesOf(metrics, metric, from, to))
  const metricValues = new Map([...found].map(([id, series]) => [id, series.values]))
  for (const [id, series] of metricValues) values.set(id, series)
  for (const query of inOrderOfUse(queries))
    values.set(
      query.id,
      evaluateMath(query.math.source, query.math.expression, values, { period, instants, metrics: metricValues }),
    )
  return queries.flatMap(({ id, label, plain, metric }) =>
    seriesIn(values.get(id) ?? new Map(), instants).map((series) => ({
      id,
      label,
      plain,
      metric,
      series,
      units: found.get(id)?.units ?? [],
      sampleCounts: found.get(id)?.sampleCounts ?? new Map(),
    })),
  )
}

function seriesIn(value: Value, instants: readonly number[]): readonly Series[] {
  if (typeof value === 'number') return [new Map(instants.map((at) => [at, value]))]
  return isArray(value) ? value : [value as Series]
}

type MathQuery = Query & { readonly math: NonNullable<Query['math']> }

/** Expressions, each after those that it reads. @throws ValidationError where they read each other in a circle */
function inOrderOfUse(queries: readonly Query[]): MathQuery[] {
  const expressions = new Map(queries.flatMap((query) => (query.math ? [[query.id, query as MathQuery]] : [])))
  const ordered: MathQuery[] = []
  const visit = (id: string, path: readonly string[]): void => {
    const query = expressions.get(id)
    if (!query || ordered.includes(query)) return
    if (path.includes(id)) throw validation(`The expressions ${[...path, id].join(', ')} read each other.`)
    for (const name of namesIn(query.math.expression)) visit(name, [...path, id])
    ordered.push(query)
  }
  for (const id of expressions.keys()) visit(id, [])
  return ordered
}
