import type { GaugeSource } from '../monitoring/model/gauges.ts'
import type { MetricId, Reading } from '../monitoring/model/metric.ts'
import type { QueueRecord, Queues } from './model/queues.ts'

const count = (value: number): Reading => ({ value, unit: 'Count' })

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
const gauges: Readonly<Record<string, (record: QueueRecord) => Reading>> = {
  ApproximateAgeOfOldestMessage: ({ queue }) => ({ value: Math.floor(queue.oldestAge() / 1_000), unit: 'Seconds' }),
  ApproximateNumberOfMessagesVisible: ({ queue }) => count(queue.counts().visible),
  ApproximateNumberOfMessagesNotVisible: ({ queue }) => count(queue.counts().inFlight),
  ApproximateNumberOfMessagesDelayed: ({ queue }) => count(queue.counts().delayed),
}

/** Of standard queues: how fair queues tell their message groups apart. */
const fairGauges: typeof gauges = {
  ApproximateNumberOfNoisyGroups: ({ queue }) => count(queue.fairness().noisyGroups),
  ApproximateNumberOfMessagesVisibleInQuietGroups: ({ queue }) => count(queue.fairness().visibleInQuietGroups),
}

const fifoGauges: typeof gauges = {
  ApproximateNumberOfGroupsWithInflightMessages: ({ queue }) => count(queue.groupsInFlight()),
}

const gaugesOf = ({ fifo }: QueueRecord): typeof gauges => ({ ...gauges, ...(fifo ? fifoGauges : fairGauges) })

/** The states of queues that CloudWatch shows as metrics. */
export const queueGauges = (queues: Queues): GaugeSource => ({
  namespace: 'AWS/SQS',
  read(name, { QueueName, ...others }) {
    const record = queues.get(QueueName ?? '')
    if (!record || Object.keys(others).length > 0) return undefined
    return gaugesOf(record)[name]?.(record)
  },
  *list(): Iterable<MetricId> {
    for (const record of queues.all())
      for (const name of Object.keys(gaugesOf(record)))
        yield { namespace: 'AWS/SQS', name, dimensions: { QueueName: record.name } }
  },
  onActivity: (listener) => queues.onArrival((QueueName) => listener({ QueueName })),
})
