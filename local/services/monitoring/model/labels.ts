import { NotSimulated } from '../../../errors.ts'
import type { SeriesRequest } from './series.ts'

/** What a dynamic label may tell of. */
export interface Labelled {
  /** The label that CloudWatch would give by itself. */
  readonly plain: string
  readonly metric: SeriesRequest | undefined
  /** Oldest first. */
  readonly points: readonly (readonly [at: number, value: number])[]
  readonly account: string
  readonly region: string
}

const dynamic = /\$\{([A-Z_]+)(?:\('([^']*)'\))?\}/g

/**
 * Fills in a label's `${MAX}`, `${PROP('Dim.QueueName')}` and the like; what is unknown stays as it is.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
 */
export const labelOf = (text: string, facts: Labelled): string =>
  text.replace(dynamic, (whole, name: string, property: string | undefined) => {
    if (name === 'PROP') return propertyOf(property ?? '', facts) ?? whole
    if (/_TIME(_|$)/.test(name))
      throw new NotSimulated(`the dynamic label \${${name}}`, 'Labels here tell values and properties, not times.')
    const live = Object.hasOwn(values, name) ? values[name] : undefined
    return live ? live(facts) : whole
  })

function propertyOf(name: string, { metric, account, region }: Labelled): string | undefined {
  if (name === 'AccountId') return account
  if (name === 'Region') return region
  if (!metric) return ''
  const { id, period, stat } = metric
  if (name.startsWith('Dim.')) return id.dimensions[name.slice('Dim.'.length)] ?? ''
  const known: Record<string, string> = {
    MetricName: id.name,
    Namespace: id.namespace,
    Period: String(period / 1_000),
    Stat: stat,
  }
  return known[name]
}

const numbers = ({ points }: Labelled): number[] => points.map(([, value]) => value)
const written = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? '' : String(Number(value.toPrecision(12)))

const values: Readonly<Record<string, (facts: Labelled) => string>> = {
  LABEL: ({ plain }) => plain,
  AVG: (facts) => written(numbers(facts).reduce((sum, value) => sum + value, 0) / numbers(facts).length),
  SUM: (facts) => written(numbers(facts).reduce((sum, value) => sum + value, 0)),
  MIN: (facts) => written(Math.min(...numbers(facts))),
  MAX: (facts) => written(Math.max(...numbers(facts))),
  MIN_MAX_RANGE: (facts) => written(Math.max(...numbers(facts)) - Math.min(...numbers(facts))),
  FIRST: (facts) => written(numbers(facts)[0]),
  LAST: (facts) => written(numbers(facts).at(-1)),
  FIRST_LAST_RANGE: (facts) => written((numbers(facts)[0] ?? Number.NaN) - (numbers(facts).at(-1) ?? Number.NaN)),
  DATAPOINT_COUNT: ({ points }) => String(points.length),
}
