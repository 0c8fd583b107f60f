/** A metric as a CloudWatch dashboard names it. */
export type Metric = readonly [namespace: string, name: string, dimensions: Readonly<Record<string, string>>]

export interface Widget {
  readonly type: 'metric'
  /** Of 24 columns. */
  readonly width: number
  readonly properties: Readonly<Record<string, unknown>>
}

interface GraphOptions {
  readonly width: number
  readonly statistic: 'Sum' | 'Maximum'
}

export const graph = (title: string, metrics: readonly Metric[], { width, statistic }: GraphOptions): Widget => ({
  type: 'metric',
  width,
  properties: {
    title,
    view: 'timeSeries',
    stat: statistic,
    period: 60,
    metrics: metrics.map(([namespace, name, dimensions]) => [namespace, name, ...Object.entries(dimensions).flat()]),
  },
})

export const functionGraph = (name: string, width: number): Widget =>
  graph(
    name,
    ['Invocations', 'Errors', 'Throttles', 'ConcurrentExecutions'].map((metric) => [
      'AWS/Lambda',
      metric,
      { FunctionName: name },
    ]),
    { width, statistic: 'Sum' },
  )

export const deadLetterGraph = (title: string, queues: readonly string[], width: number): Widget =>
  graph(
    title,
    queues.map((name) => ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: name }]),
    { width, statistic: 'Maximum' },
  )
