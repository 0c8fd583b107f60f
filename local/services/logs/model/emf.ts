/** A point that a log line carries. */
export interface EmbeddedPoint {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly values: readonly number[]
  readonly unit: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** Seconds. */
  readonly resolution: number
}

export type EmbeddedMetrics =
  | { readonly kind: 'none' }
  | { readonly kind: 'points'; readonly points: readonly EmbeddedPoint[] }
  /** The line says that it has metrics, and AWS could not use them. */
  | { readonly kind: 'invalid' }

interface Directive {
  readonly Namespace?: unknown
  readonly Dimensions?: unknown
  readonly Metrics?: unknown
}

const NONE: EmbeddedMetrics = { kind: 'none' }
const INVALID: EmbeddedMetrics = { kind: 'invalid' }
const MAX_DIMENSIONS = 30
const MAX_METRICS = 100

/**
 * Reads the embedded metric format out of a log line: the whole line is JSON with `_aws.CloudWatchMetrics`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: string): EmbeddedMetrics {
  if (!line.startsWith('{') || !line.includes('"CloudWatchMetrics"')) return NONE
  let root: Record<string, unknown>
  try {
    root = JSON.parse(line)
  } catch {
    return NONE
  }
  const metadata = root._aws as { Timestamp?: unknown; CloudWatchMetrics?: unknown } | undefined
  if (typeof metadata !== 'object' || metadata === null) return NONE
  if (typeof metadata.Timestamp !== 'number' || !Array.isArray(metadata.CloudWatchMetrics)) return INVALID
  const points: EmbeddedPoint[] = []
  for (const directive of metadata.CloudWatchMetrics as Directive[]) {
    const read = readDirective(root, directive, metadata.Timestamp)
    if (!read) return INVALID
    points.push(...read)
  }
  return { kind: 'points', points }
}

function readDirective(
  root: Record<string, unknown>,
  directive: Directive,
  timestamp: number,
): EmbeddedPoint[] | undefined {
  const { Namespace, Dimensions = [[]], Metrics } = directive
  if (typeof Namespace !== 'string' || !Array.isArray(Dimensions) || !Array.isArray(Metrics)) return undefined
  if (Metrics.length > MAX_METRICS) return undefined
  const sets = Dimensions.map((names: unknown) => dimensionsOf(root, names))
  const points: EmbeddedPoint[] = []
  for (const { Name, Unit = 'None', StorageResolution = 60 } of Metrics as Record<string, unknown>[]) {
    const values = [root[Name as string]].flat()
    if (typeof Name !== 'string' || !values.every((value) => typeof value === 'number')) return undefined
    for (const dimensions of sets) {
      if (!dimensions) return undefined
      points.push({
        namespace: Namespace,
        name: Name,
        dimensions,
        values,
        unit: String(Unit),
        timestamp,
        resolution: StorageResolution === 1 ? 1 : 60,
      })
    }
  }
  return points
}

function dimensionsOf(root: Record<string, unknown>, names: unknown): Record<string, string> | undefined {
  if (!Array.isArray(names) || names.length > MAX_DIMENSIONS) return undefined
  const dimensions: Record<string, string> = {}
  for (const name of names) {
    const value = root[name]
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
    dimensions[name] = String(value)
  }
  return dimensions
}
