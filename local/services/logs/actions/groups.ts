import type {
  AssociateKmsKeyCommandInput,
  AssociateKmsKeyCommandOutput,
  CreateLogGroupCommandInput,
  CreateLogGroupCommandOutput,
  DeleteLogGroupCommandInput,
  DeleteLogGroupCommandOutput,
  DeleteRetentionPolicyCommandInput,
  DeleteRetentionPolicyCommandOutput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  DisassociateKmsKeyCommandInput,
  DisassociateKmsKeyCommandOutput,
  LogGroup as LogGroupShape,
  PutRetentionPolicyCommandInput,
  PutRetentionPolicyCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import { constraint, invalidParameter } from '../errors.ts'
import type { LogGroup } from '../model/group.ts'
import { checkName, type LogsParts, onGroup, requireGroup } from '../parts.ts'

export const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const GROUP_NAME = /^[.\-_/#A-Za-z0-9]+$/

const present = (group: LogGroup): LogGroupShape => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  retentionInDays: group.retention,
  kmsKeyId: group.kmsKeyId,
  metricFilterCount: group.filters.size,
  arn: `${group.arn}:*`,
  logGroupArn: group.arn,
  logGroupClass: 'STANDARD',
})

/** A search by pattern leaves this out (recorded by LocalStack, February 2026). */
const presentWhole = (group: LogGroup): LogGroupShape => ({
  ...present(group),
  storedBytes: [...group.streams.values()].reduce((sum, { bytes }) => sum + bytes, 0),
  deletionProtectionEnabled: false,
})

export const groupActions = (parts: LogsParts): Record<string, Action> => ({
  CreateLogGroup: action<CreateLogGroupCommandInput, CreateLogGroupCommandOutput>({
    accepts: ['logGroupName', 'tags', 'kmsKeyId'],
    noEffect: ['logGroupClass'],
    access: onGroup(parts, 'CreateLogGroup'),
    run: ({ logGroupName, tags, kmsKeyId }) => {
      const name = checkName('logGroupName', logGroupName, GROUP_NAME)
      if (parts.logs.get(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists')
      parts.logs.createGroup(name, tags, kmsKeyId)
      return {}
    },
  }),

  DeleteLogGroup: action<DeleteLogGroupCommandInput, DeleteLogGroupCommandOutput>({
    accepts: ['logGroupName'],
    access: onGroup(parts, 'DeleteLogGroup'),
    run: (input) => {
      parts.logs.deleteGroup(requireGroup(parts, input).name)
      return {}
    },
  }),

  DescribeLogGroups: action<DescribeLogGroupsCommandInput, DescribeLogGroupsCommandOutput>({
    accepts: ['logGroupNamePrefix', 'logGroupNamePattern', 'nextToken', 'limit'],
    access: () => [{ action: 'logs:DescribeLogGroups', resource: `${parts.logs.arnOf('')}:log-stream:` }],
    run: ({ logGroupNamePrefix = '', logGroupNamePattern = '', nextToken, limit = 50 }) => {
      if (limit < 1) throw constraint(limit, 'limit', 'have value greater than or equal to 1')
      if (limit > 50) throw constraint(limit, 'limit', 'have value less than or equal to 50')
      if (logGroupNamePrefix !== '' && logGroupNamePattern !== '')
        throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.')
      const pattern = logGroupNamePattern.toLowerCase()
      const all = parts.logs
        .all()
        .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.toLowerCase().includes(pattern))
      const { elements, next } = pageOf(all, ({ name }) => name, limit, nextToken)
      return { logGroups: elements.map(pattern === '' ? presentWhole : present), nextToken: next }
    },
  }),

  AssociateKmsKey: action<AssociateKmsKeyCommandInput, AssociateKmsKeyCommandOutput>({
    accepts: ['logGroupName', 'kmsKeyId'],
    access: onGroup(parts, 'AssociateKmsKey'),
    run: (input) => {
      requireGroup(parts, input).kmsKeyId = input.kmsKeyId
      return {}
    },
  }),

  DisassociateKmsKey: action<DisassociateKmsKeyCommandInput, DisassociateKmsKeyCommandOutput>({
    accepts: ['logGroupName'],
    access: onGroup(parts, 'DisassociateKmsKey'),
    run: (input) => {
      requireGroup(parts, input).kmsKeyId = undefined
      return {}
    },
  }),

  PutRetentionPolicy: action<PutRetentionPolicyCommandInput, PutRetentionPolicyCommandOutput>({
    accepts: ['logGroupName', 'retentionInDays'],
    access: onGroup(parts, 'PutRetentionPolicy'),
    run: (input) => {
      const days = input.retentionInDays
      if (days === undefined || !RETENTIONS.includes(days))
        throw constraint(days, 'retentionInDays', `satisfy enum value set: [${RETENTIONS.join(', ')}]`)
      requireGroup(parts, input).retention = days
      return {}
    },
  }),

  DeleteRetentionPolicy: action<DeleteRetentionPolicyCommandInput, DeleteRetentionPolicyCommandOutput>({
    accepts: ['logGroupName'],
    access: onGroup(parts, 'DeleteRetentionPolicy'),
    run: (input) => {
      requireGroup(parts, input).retention = undefined
      return {}
    },
  }),
})
