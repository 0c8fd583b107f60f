import type {
  DeleteSubscriptionFilterCommandInput,
  DeleteSubscriptionFilterCommandOutput,
  DescribeSubscriptionFiltersCommandInput,
  DescribeSubscriptionFiltersCommandOutput,
  PutSubscriptionFilterCommandInput,
  PutSubscriptionFilterCommandOutput,
  SubscriptionFilter as SubscriptionFilterShape,
} from '@aws-sdk/client-cloudwatch-logs'
import { AwsError, NotSimulated } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import { atMost, constraint, invalidParameter } from '../errors.ts'
import type { LogGroup } from '../model/group.ts'
import { invokerOf, type SubscriptionFilter } from '../model/subscriptions.ts'
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

const MAX_FILTERS = 2
const DISTRIBUTIONS = ['Random', 'ByLogStream']

/** @throws AwsError for a destination that AWS refuses before it looks at the group, or that is none here */
function checkDestination(account: string, arn: string, role: string | undefined): void {
  const [, , vendor = '', , owner] = arn.split(':')
  if (vendor === 'lambda') {
    if (owner !== account)
      throw new AwsError(
        'AccessDeniedException',
        'Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
      )
    if (role !== undefined) throw invalidParameter('destinationArn for vendor lambda cannot be used with roleArn')
    return
  }
  if (vendor === 'kinesis' || vendor === 'firehose') {
    if (role === undefined) throw invalidParameter(`destinationArn for vendor ${vendor} cannot be used without roleArn`)
  } else if (vendor !== 'logs')
    throw invalidParameter(`PutSubscriptionFilter operation cannot work with destinationArn for vendor ${vendor}`)
  throw new NotSimulated(`log subscriptions to ${arn}`, 'Subscribe a Lambda function of this account.')
}

const present = (
  group: LogGroup,
  { name, source, destinationArn, distribution, createdAt }: SubscriptionFilter,
): SubscriptionFilterShape => ({
  filterName: name,
  logGroupName: group.name,
  filterPattern: source,
  destinationArn,
  distribution: distribution as 'ByLogStream',
  applyOnTransformedLogs: false,
  creationTime: createdAt,
})

export const subscriptionFilterActions = (parts: LogsParts): Record<string, Action> => ({
  PutSubscriptionFilter: action<PutSubscriptionFilterCommandInput, PutSubscriptionFilterCommandOutput>({
    accepts: ['logGroupName', 'filterName', 'filterPattern', 'destinationArn', 'roleArn', 'distribution'],
    access: onGroup(parts, 'PutSubscriptionFilter'),
    run: (input) => {
      const { context } = parts
      const { filterPattern: source = '', destinationArn = '', distribution = 'ByLogStream' } = input
      atMost(LONGEST_NAME, 'filterName', input.filterName)
      atMost(LONGEST_PATTERN, 'filterPattern', source)
      if (!DISTRIBUTIONS.includes(distribution))
        throw constraint(distribution, 'distribution', `satisfy enum value set: [${DISTRIBUTIONS.join(', ')}]`)
      checkDestination(context.account, destinationArn, input.roleArn)
      const group = requireGroup(parts, input)
      const name = checkName('filterName', input.filterName, FILTER_NAME)
      const pattern = compilePattern(source)
      const { subscriptions } = group
      if (!subscriptions.has(name) && subscriptions.size >= MAX_FILTERS)
        throw new AwsError('LimitExceededException', 'Resource limit exceeded.')
      if (!invokerOf(context, group, destinationArn))
        throw invalidParameter(
          'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
        )
      const createdAt = subscriptions.get(name)?.createdAt ?? context.kernel.clock.now()
      subscriptions.set(name, { name, source, pattern, destinationArn, distribution, createdAt })
      return {}
    },
  }),

  DescribeSubscriptionFilters: action<
    DescribeSubscriptionFiltersCommandInput,
    DescribeSubscriptionFiltersCommandOutput
  >({
    accepts: ['logGroupName', 'filterNamePrefix', 'nextToken', 'limit'],
    access: onGroup(parts, 'DescribeSubscriptionFilters'),
    run: (input) => {
      const { filterNamePrefix = '', nextToken, limit = 50 } = input
      atMost(LONGEST_NAME, 'filterNamePrefix', filterNamePrefix)
      const group = requireGroup(parts, input)
      const all = [...group.subscriptions.values()].filter(({ name }) => name.startsWith(filterNamePrefix))
      const { elements, next } = pageOf(all, ({ name }) => name, limit, nextToken)
      return { subscriptionFilters: elements.map((each) => present(group, each)), nextToken: next }
    },
  }),

  DeleteSubscriptionFilter: action<DeleteSubscriptionFilterCommandInput, DeleteSubscriptionFilterCommandOutput>({
    accepts: ['logGroupName', 'filterName'],
    access: onGroup(parts, 'DeleteSubscriptionFilter'),
    run: (input) => {
      if (!requireGroup(parts, input).subscriptions.delete(input.filterName ?? ''))
        throw new AwsError('ResourceNotFoundException', 'The specified subscription filter does not exist.')
      return {}
    },
  }),
})
