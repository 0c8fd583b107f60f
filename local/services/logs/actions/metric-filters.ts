import type {
  DeleteMetricFilterCommandInput,
  DeleteMetricFilterCommandOutput,
  DescribeMetricFiltersCommandInput,
  DescribeMetricFiltersCommandOutput,
  MetricFilter as MetricFilterShape,
  MetricTransformation,
  PutMetricFilterCommandInput,
  PutMetricFilterCommandOutput,
  TestMetricFilterCommandInput,
  TestMetricFilterCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import { atMost, constraint, invalidParameter } from '../errors.ts'
import type { LogGroup, MetricFilter } from '../model/group.ts'
import {
  checkName,
  FILTER_NAME,
  LONGEST_NAME,
  LONGEST_PATTERN,
  type LogsParts,
  onGroup,
  requireGroup,
} from '../parts.ts'
import { compilePattern } from '../patterns/compile.ts'
import type { Pattern } from '../patterns/pattern.ts'

const MAX_FILTERS = 100
const LONGEST_METRIC = 255
const MAX_DIMENSIONS = 3

const printed = ({ metricName, metricNamespace, metricValue, defaultValue, unit }: MetricTransformation): string =>
  `MetricTransformation(metricName=${metricName}, metricNamespace=${metricNamespace}, metricValue=${metricValue}, defaultValue=${defaultValue ?? null}, unit=${unit ?? null}, dimensions=null)`

const missing = (member: string): AwsError =>
  invalidParameter(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  )

function checkTransformations(list: readonly MetricTransformation[] | undefined): readonly MetricTransformation[] {
  if (!list) throw missing('metricTransformations')
  if (list.length > 1)
    throw constraint(
      `[${list.map(printed).join(', ')}]`,
      'metricTransformations',
      'have length less than or equal to 1',
    )
  if (list.length < 1) throw constraint('[]', 'metricTransformations', 'have length greater than or equal to 1')
  for (const { metricName, metricNamespace, metricValue, defaultValue, dimensions } of list) {
    if (!metricName || !metricNamespace || !metricValue)
      throw invalidParameter('A metric transformation needs metricName, metricNamespace and metricValue.')
    if (defaultValue !== undefined && dimensions !== undefined)
      throw invalidParameter('Default value cannot be assigned to a metric with dimensions.')
    const count = Object.keys(dimensions ?? {}).length
    if (count > MAX_DIMENSIONS)
      throw invalidParameter(`A metric has at most ${MAX_DIMENSIONS} dimensions, not ${count}.`)
  }
  return list
}

/** Metric filters have a word more in the refusal of their pattern. */
function metricPattern(source: string): Pattern {
  try {
    return compilePattern(source)
  } catch (error) {
    if (error instanceof AwsError && error.message === 'Invalid filter pattern')
      throw invalidParameter('Invalid metric filter pattern')
    throw error
  }
}

const present = (group: LogGroup, { name, source, transformations, createdAt }: MetricFilter): MetricFilterShape => ({
  filterName: name,
  filterPattern: source,
  metricTransformations: [...transformations],
  creationTime: createdAt,
  logGroupName: group.name,
  applyOnTransformedLogs: false,
})

export const metricFilterActions = (parts: LogsParts): Record<string, Action> => ({
  PutMetricFilter: action<PutMetricFilterCommandInput, PutMetricFilterCommandOutput>({
    accepts: ['logGroupName', 'filterName', 'filterPattern', 'metricTransformations'],
    access: onGroup(parts, 'PutMetricFilter'),
    run: (input) => {
      atMost(LONGEST_NAME, 'filterName', input.filterName)
      atMost(LONGEST_PATTERN, 'filterPattern', input.filterPattern)
      const transformations = checkTransformations(input.metricTransformations)
      const group = requireGroup(parts, input)
      const name = checkName('filterName', input.filterName, FILTER_NAME)
      const source = input.filterPattern ?? ''
      if (!group.filters.has(name) && group.filters.size >= MAX_FILTERS)
        throw new AwsError('LimitExceededException', 'Resource limit exceeded.')
      const createdAt = parts.context.kernel.clock.now()
      group.filters.set(name, { name, source, pattern: metricPattern(source), transformations, createdAt })
      return {}
    },
  }),

  DescribeMetricFilters: action<DescribeMetricFiltersCommandInput, DescribeMetricFiltersCommandOutput>({
    accepts: ['logGroupName', 'filterNamePrefix', 'metricName', 'metricNamespace', 'nextToken', 'limit'],
    access: ({ logGroupName = '*' }) => [
      { action: 'logs:DescribeMetricFilters', resource: `${parts.logs.arnOf(logGroupName)}:*` },
    ],
    run: (input) => {
      const { filterNamePrefix = '', metricName, metricNamespace, nextToken, limit = 50 } = input
      atMost(LONGEST_NAME, 'filterNamePrefix', filterNamePrefix)
      atMost(LONGEST_METRIC, 'metricName', metricName)
      atMost(LONGEST_METRIC, 'metricNamespace', metricNamespace)
      const groups = input.logGroupName === undefined ? parts.logs.all() : [requireGroup(parts, input)]
      const all = groups
        .flatMap((group) => [...group.filters.values()].map((filter) => present(group, filter)))
        .filter(({ filterName = '', metricTransformations: [transformation] = [] }) => {
          if (metricName !== undefined && transformation?.metricName !== metricName) return false
          if (metricNamespace !== undefined && transformation?.metricNamespace !== metricNamespace) return false
          return filterName.startsWith(filterNamePrefix)
        })
      const { elements, next } = pageOf(all, (each) => `${each.logGroupName} ${each.filterName}`, limit, nextToken)
      return { metricFilters: elements, nextToken: next }
    },
  }),

  DeleteMetricFilter: action<DeleteMetricFilterCommandInput, DeleteMetricFilterCommandOutput>({
    accepts: ['logGroupName', 'filterName'],
    access: onGroup(parts, 'DeleteMetricFilter'),
    run: (input) => {
      atMost(LONGEST_NAME, 'filterName', input.filterName)
      const { filters } = requireGroup(parts, input)
      if (!filters.delete(input.filterName ?? ''))
        throw new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.')
      return {}
    },
  }),

  TestMetricFilter: action<TestMetricFilterCommandInput, TestMetricFilterCommandOutput>({
    accepts: ['filterPattern', 'logEventMessages'],
    access: () => [{ action: 'logs:TestMetricFilter', resource: '*' }],
    run: ({ filterPattern = '', logEventMessages = [] }) => {
      const pattern = metricPattern(filterPattern)
      return {
        matches: logEventMessages.flatMap((eventMessage, index) =>
          pattern.matches(eventMessage)
            ? [{ eventNumber: index + 1, eventMessage, extractedValues: pattern.extracted(eventMessage) }]
            : [],
        ),
      }
    },
  }),
})
