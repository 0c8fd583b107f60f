import { Stack } from 'aws-cdk-lib'
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'

interface Watch {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly namespace: string
  readonly metric: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly statistic: 'Sum' | 'Maximum'
  /** The alarm goes off above this. */
  readonly threshold: number
  /** Minutes in a row. @default 1 */
  readonly minutes?: number
}

interface KitMetric {
  readonly functionName: string
  readonly namespace: string
  /** The service, and its consumer, relay or step. */
  readonly dimensions: Readonly<Record<string, string>>
}

/** What the kit counts and nobody wants to see: an alarm on the first. */
const KIT_METRICS = {
  Parked: {
    suffix: 'parked',
    description: 'A message was parked: it waits in the table for a person or for a newer version of the consumer.',
  },
  OverdueGaps: {
    suffix: 'gaps',
    description: 'An event of an aggregate is missing, and those after it wait.',
  },
  Failed: {
    suffix: 'failed',
    description: 'A step of sagas fails again and again: they wait for it, or turn back.',
    minutes: 5,
  },
} as const

const MINUTE = 60
const MANY_UNDONE = 10
const LONG_PAUSE_SECONDS = 900
const HOUR_IN_MILLISECONDS = 3_600_000

/** Alarms that notify one topic. Their names are those of the resources that they watch. */
export class Alarms {
  readonly #topicArn: string

  constructor(topicArn: string) {
    this.#topicArn = topicArn
  }

  ofFunction(scope: Construct, functionName: string): void {
    const dimensions = { FunctionName: functionName }
    const common = { namespace: 'AWS/Lambda', dimensions, statistic: 'Sum', threshold: 0 } as const
    this.#watch(scope, {
      ...common,
      id: 'Errors',
      name: `${functionName}-errors`,
      description: 'An invocation ended in an error: its whole batch comes back.',
      metric: 'Errors',
    })
    this.#watch(scope, {
      ...common,
      id: 'Throttles',
      name: `${functionName}-throttles`,
      description:
        'Lambda had no concurrency for an invocation: raise the account limit or lower MaximumConcurrency elsewhere.',
      metric: 'Throttles',
    })
  }

  /** For queues that should always be empty. */
  ofDeadLetters(scope: Construct, queueName: string): void {
    this.#watch(scope, {
      id: 'NotEmpty',
      name: `${queueName}-not-empty`,
      description: 'A message waits here for a person: look at its reason, then redrive or drop it.',
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: queueName },
      statistic: 'Maximum',
      threshold: 0,
    })
  }

  ofAge(scope: Construct, queueName: string, seconds: number): void {
    this.#watch(scope, {
      id: 'Age',
      name: `${queueName}-age`,
      description: `The oldest message has waited longer than ${seconds} s: the consumer fails or cannot keep up.`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: queueName },
      statistic: 'Maximum',
      threshold: seconds,
      minutes: 3,
    })
  }

  ofKitMetric(scope: Construct, metric: keyof typeof KIT_METRICS, told: KitMetric): void {
    const { functionName, namespace, dimensions } = told
    const { suffix, ...rest } = KIT_METRICS[metric]
    const name = `${functionName}-${suffix}`
    this.#watch(scope, { id: metric, name, namespace, metric, dimensions, statistic: 'Sum', threshold: 0, ...rest })
  }

  /** @param dimensions those of the kit's metrics: the service and its breaker */
  ofPause(scope: Construct, name: string, namespace: string, dimensions: Readonly<Record<string, string>>): void {
    this.#watch(scope, {
      id: 'LongPause',
      name: `${name}-paused`,
      description: `Consumption has been paused for longer than ${LONG_PAUSE_SECONDS} s: what the handlers call is down.`,
      namespace,
      metric: 'PausedFor',
      dimensions,
      statistic: 'Maximum',
      threshold: LONG_PAUSE_SECONDS,
    })
  }

  ofStreamAge(scope: Construct, functionName: string): void {
    this.#watch(scope, {
      id: 'StreamAge',
      name: `${functionName}-stream-age`,
      description: 'The relay is an hour behind; the stream keeps 24 h.',
      namespace: 'AWS/Lambda',
      metric: 'IteratorAge',
      dimensions: { FunctionName: functionName },
      statistic: 'Maximum',
      threshold: HOUR_IN_MILLISECONDS,
    })
  }

  /** A business that is undone ends as a failed execution and is nothing to wake anybody for; these end a saga halfway. */
  ofMachine(scope: Construct, machineName: string): void {
    const { partition, region, account } = Stack.of(scope)
    const arn = `arn:${partition}:states:${region}:${account}:stateMachine:${machineName}`
    for (const metric of ['ExecutionsTimedOut', 'ExecutionsAborted'] as const)
      this.#watch(scope, {
        id: metric,
        name: `${machineName}-${metric === 'ExecutionsAborted' ? 'aborted' : 'timed-out'}`,
        description: 'A saga was stopped from outside: see that its recovery has undone it.',
        namespace: 'AWS/States',
        metric,
        dimensions: { StateMachineArn: arn },
        statistic: 'Sum',
        threshold: 0,
      })
  }

  /**
   * @param dimensions those of the kit's metrics: the service and its saga
   * @param seconds that a saga may take while all is well
   */
  ofSaga(
    scope: Construct,
    machineName: string,
    namespace: string,
    { dimensions, seconds }: { readonly dimensions: Readonly<Record<string, string>>; readonly seconds: number },
  ): void {
    const common = { namespace, dimensions, statistic: 'Maximum' } as const
    this.#watch(scope, {
      ...common,
      id: 'NeedsAttention',
      name: `${machineName}-needs-attention`,
      description: 'A saga waits for an operator: see why, then resume it.',
      metric: 'NeedsAttention',
      statistic: 'Sum',
      threshold: 0,
    })
    this.#watch(scope, {
      ...common,
      id: 'Stuck',
      name: `${machineName}-stuck`,
      description: `The oldest saga has been under way for longer than ${seconds} s: an execution that hangs says nothing itself.`,
      metric: 'OldestRunning',
      threshold: seconds,
    })
    this.#watch(scope, {
      ...common,
      id: 'Undone',
      name: `${machineName}-undone`,
      description: `More than ${MANY_UNDONE} sagas of a minute turned back: something that they all need is away.`,
      metric: 'Undone',
      statistic: 'Sum',
      threshold: MANY_UNDONE,
      minutes: 5,
    })
  }

  #watch(scope: Construct, watch: Watch): void {
    new CfnAlarm(scope, watch.id, {
      alarmName: watch.name,
      alarmDescription: watch.description,
      namespace: watch.namespace,
      metricName: watch.metric,
      dimensions: Object.entries(watch.dimensions).map(([name, value]) => ({ name, value })),
      statistic: watch.statistic,
      period: MINUTE,
      evaluationPeriods: watch.minutes ?? 1,
      threshold: watch.threshold,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [this.#topicArn],
    })
  }
}
