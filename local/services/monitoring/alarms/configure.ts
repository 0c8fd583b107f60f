import type {
  MetricDataQuery,
  PutCompositeAlarmCommandInput,
  PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { NotSimulated } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import { invalidCombination, invalidParameter, missingParameter, validation } from '../errors.ts'
import { checkQueries, type Query } from '../model/queries.ts'
import type { Alarm, AlarmCommon, Comparison, MetricAlarmRule, MissingData } from './alarm.ts'
import { METRIC_ALARM_MEMBERS } from './members.ts'
import { checkAction } from './notify.ts'
import { parseRule } from './rule.ts'

const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]
const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing']
const MAX_ACTIONS = 5

export const alarmArn = ({ region, account }: CloudContext, name: string): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`

type Common = Pick<
  PutMetricAlarmCommandInput,
  'AlarmName' | 'AlarmDescription' | 'ActionsEnabled' | 'OKActions' | 'AlarmActions' | 'InsufficientDataActions'
>

function commonOf(context: CloudContext, input: Common): AlarmCommon {
  const { AlarmName: name, AlarmDescription, ActionsEnabled = true } = input
  if (!name) throw missingParameter('AlarmName')
  if (name.length > 255)
    throw validation(
      "1 validation error detected: Value at 'alarmName' failed to satisfy constraint: Member must have length less than or equal to 255",
    )
  const actions = {
    OK: input.OKActions ?? [],
    ALARM: input.AlarmActions ?? [],
    INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
  }
  for (const [state, arns] of Object.entries(actions)) {
    if (arns.length > MAX_ACTIONS)
      throw validation(`An alarm has at most ${MAX_ACTIONS} actions for ${state}, not ${arns.length}.`)
    for (const arn of arns) checkAction(arn)
  }
  return {
    name,
    arn: alarmArn(context, name),
    description: AlarmDescription,
    actionsEnabled: ActionsEnabled,
    actions,
    configuredAt: context.kernel.clock.now(),
  }
}

/** Checks a metric alarm as AWS does. @throws AwsError */
export function metricAlarm(context: CloudContext, input: PutMetricAlarmCommandInput): Omit<Alarm, 'state'> {
  const common = commonOf(context, input)
  const { EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData = 'missing' } = input
  if (EvaluationPeriods === undefined) throw missingParameter('EvaluationPeriods')
  if (EvaluationPeriods < 1)
    throw invalidParameter('The parameter EvaluationPeriods must be greater than or equal to 1.')
  if (!ComparisonOperator) throw missingParameter('ComparisonOperator')
  if (!COMPARISONS.includes(ComparisonOperator)) {
    if (/Threshold$/.test(ComparisonOperator) && /Upper|Lower/.test(ComparisonOperator))
      throw new NotSimulated(
        `the comparison ${ComparisonOperator}`,
        'There is no anomaly detection here; compare with a Threshold.',
      )
    throw validation(`The value ${ComparisonOperator} for parameter ComparisonOperator is not supported.`)
  }
  if (Threshold === undefined) throw missingParameter('Threshold')
  if (!MISSING_DATA.includes(TreatMissingData))
    throw validation(
      `The value ${TreatMissingData} is not supported for TreatMissingData parameter. Supported values are [breaching, notBreaching, ignore, missing].`,
    )
  checkLowSamples(input.EvaluateLowSampleCountPercentile)
  const needed = input.DatapointsToAlarm ?? EvaluationPeriods
  if (needed < 1 || needed > EvaluationPeriods)
    throw validation('The value of DatapointsToAlarm must be between 1 and EvaluationPeriods.')
  const queries = queriesOf(input)
  const period = periodOf(queries)
  if (period * EvaluationPeriods > 7 * 86_400_000)
    throw invalidCombination(
      'Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800).',
    )
  const rule: MetricAlarmRule = {
    kind: 'metric',
    queries,
    period,
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: needed,
    mOfN: input.DatapointsToAlarm !== undefined,
    threshold: Threshold,
    comparison: ComparisonOperator as Comparison,
    missingData: TreatMissingData as MissingData,
    given: givenOf(input),
  }
  return { common, rule }
}

const STATISTICS = ['Maximum', 'SampleCount', 'Sum', 'Minimum', 'Average']

function checkLowSamples(option: string | undefined): void {
  if (option === undefined || option === 'evaluate') return
  if (option !== 'ignore')
    throw validation(
      `Option ${option} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    )
  throw new NotSimulated(
    'EvaluateLowSampleCountPercentile ignore',
    'Leave it out, or say evaluate: an alarm here judges a percentile of however few samples.',
  )
}

function queriesOf(input: PutMetricAlarmCommandInput): Query[] {
  const { Metrics, MetricName, Namespace, Statistic, ExtendedStatistic, Period } = input
  if (Metrics) {
    if (MetricName !== undefined || Namespace !== undefined || Statistic !== undefined || Period !== undefined)
      throw invalidCombination('Metrics and MetricName, Namespace, Statistic or Period are mutually exclusive.')
    const queries = checkQueries(Metrics)
    if (queries.filter(({ returned }) => returned).length !== 1)
      throw validation('Exactly one element of the metrics list should return data.')
    return queries
  }
  if (Statistic !== undefined && !STATISTICS.includes(Statistic))
    throw validation(
      `Value '${Statistic}' at 'statistic' failed to satisfy constraint: Member must satisfy enum value set: [${STATISTICS.join(', ')}]`,
    )
  if (ExtendedStatistic !== undefined && !/^(p|tm|wm|tc|ts|pr|iqm|TM|WM|TC|TS|PR|IQM)/.test(ExtendedStatistic))
    throw invalidParameter(`The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`)
  if (!MetricName) throw missingParameter('MetricName')
  if (!Namespace) throw missingParameter('Namespace')
  if ((Statistic === undefined) === (ExtendedStatistic === undefined))
    throw invalidCombination('Exactly one of Statistic and ExtendedStatistic must be specified.')
  const metric: MetricDataQuery = {
    Id: 'm1',
    MetricStat: {
      Metric: { Namespace, MetricName, Dimensions: input.Dimensions },
      Period,
      Stat: Statistic ?? ExtendedStatistic,
      Unit: input.Unit,
    },
  }
  return checkQueries([metric])
}

function periodOf(queries: readonly Query[]): number {
  const periods = new Set(queries.flatMap(({ metric }) => (metric ? [metric.period] : [])))
  if (periods.size === 1) return [...periods][0] as number
  throw validation(
    `All metrics of an alarm must have the same period; it has ${[...periods].map((each) => each / 1_000).join(', ') || 'none'}.`,
  )
}

const givenOf = (input: PutMetricAlarmCommandInput): Record<string, unknown> =>
  Object.fromEntries(METRIC_ALARM_MEMBERS.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])))

/** Checks a composite alarm. @throws AwsError */
export function compositeAlarm(
  context: CloudContext,
  input: PutCompositeAlarmCommandInput,
  exists: (name: string) => boolean,
): Omit<Alarm, 'state'> {
  const common = commonOf(context, input)
  if (!input.AlarmRule) throw missingParameter('AlarmRule')
  const rule = parseRule(input.AlarmRule)
  const missing = rule.children.find((name) => !exists(name))
  if (missing !== undefined) throw validation(`AlarmRule names the alarm ${missing}, which does not exist.`)
  return { common, rule }
}
