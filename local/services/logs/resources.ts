import { AwsError } from '../../errors.ts'
import type { CloudContext, Properties, ResourceType } from '../../service.ts'

const tagsOf = (properties: Properties): Record<string, string> =>
  Object.fromEntries(
    ((properties.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  )

/** `{ MetricName: … }` of templates is `{ metricName: … }` in the API. */
const lowered = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(lowered)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key[0]?.toLowerCase() + key.slice(1), each]))
      : value

export function logsResources(context: CloudContext): Record<string, ResourceType> {
  const call = (action: string, input: object) =>
    context.call<object, object>({ caller: context.administrator, service: 'logs', action, input })
  const arnOf = (name: string) => `arn:aws:logs:${context.region}:${context.account}:log-group:${name}`

  /** Deleting what is gone already succeeds. */
  const drop = async (action: string, input: object): Promise<void> => {
    try {
      await call(action, input)
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'ResourceNotFoundException')) throw error
    }
  }

  const setRetention = (logGroupName: string, days: unknown) =>
    days === undefined
      ? call('DeleteRetentionPolicy', { logGroupName })
      : call('PutRetentionPolicy', { logGroupName, retentionInDays: Number(days) })

  const groupCreated = (name: string) => ({ ref: name, attributes: { Arn: `${arnOf(name)}:*` } })

  const group: ResourceType = {
    properties: ['LogGroupName', 'RetentionInDays', 'Tags'],
    noEffect: {
      KmsKeyId: 'logs stay in memory, unencrypted',
      LogGroupClass: 'every log group is searched alike',
    },
    async create(properties, resource) {
      const name = (properties.LogGroupName as string | undefined) ?? resource.physicalName(512)
      await call('CreateLogGroup', { logGroupName: name, tags: tagsOf(properties) })
      await setRetention(name, properties.RetentionInDays)
      return groupCreated(name)
    },
    async update(name, properties, previous) {
      if (properties.LogGroupName !== previous.LogGroupName) return undefined
      await setRetention(name, properties.RetentionInDays)
      const tags = tagsOf(properties)
      const gone = Object.keys(tagsOf(previous)).filter((key) => !(key in tags))
      await call('UntagResource', { resourceArn: arnOf(name), tagKeys: gone })
      await call('TagResource', { resourceArn: arnOf(name), tags })
      return groupCreated(name)
    },
    delete: (name) => drop('DeleteLogGroup', { logGroupName: name }),
  }

  const stream: ResourceType = {
    properties: ['LogGroupName', 'LogStreamName'],
    async create({ LogGroupName, LogStreamName }, resource) {
      const name = (LogStreamName as string | undefined) ?? resource.physicalName(512)
      await call('CreateLogStream', { logGroupName: LogGroupName, logStreamName: name })
      return { ref: name, attributes: {} }
    },
    delete: (name, { LogGroupName }) => drop('DeleteLogStream', { logGroupName: LogGroupName, logStreamName: name }),
  }

  const putFilter = async (name: string, properties: Properties) => {
    await call('PutMetricFilter', {
      logGroupName: properties.LogGroupName,
      filterName: name,
      filterPattern: properties.FilterPattern,
      metricTransformations: (lowered(properties.MetricTransformations) as Record<string, unknown>[]).map(
        ({ dimensions, ...transformation }) => ({
          ...transformation,
          ...(dimensions !== undefined && {
            dimensions: Object.fromEntries(
              (dimensions as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
            ),
          }),
        }),
      ),
    })
    return { ref: name, attributes: {} }
  }

  const filter: ResourceType = {
    properties: ['LogGroupName', 'FilterName', 'FilterPattern', 'MetricTransformations'],
    create: (properties, resource) =>
      putFilter((properties.FilterName as string | undefined) ?? resource.physicalName(512), properties),
    update: async (name, properties, previous) =>
      properties.LogGroupName === previous.LogGroupName && properties.FilterName === previous.FilterName
        ? putFilter(name, properties)
        : undefined,
    delete: (name, { LogGroupName }) => drop('DeleteMetricFilter', { logGroupName: LogGroupName, filterName: name }),
  }

  const putSubscription = async (name: string, properties: Properties) => {
    const { LogGroupName, FilterPattern, DestinationArn, RoleArn, Distribution } = properties
    await call('PutSubscriptionFilter', {
      logGroupName: LogGroupName,
      filterName: name,
      filterPattern: FilterPattern,
      destinationArn: DestinationArn,
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
      ...(Distribution !== undefined && { distribution: Distribution }),
    })
    return { ref: name, attributes: {} }
  }

  const subscription: ResourceType = {
    properties: ['LogGroupName', 'FilterName', 'FilterPattern', 'DestinationArn', 'RoleArn', 'Distribution'],
    create: (properties, resource) =>
      putSubscription((properties.FilterName as string | undefined) ?? resource.physicalName(512), properties),
    update: async (name, properties, previous) =>
      properties.LogGroupName === previous.LogGroupName && properties.FilterName === previous.FilterName
        ? putSubscription(name, properties)
        : undefined,
    delete: (name, { LogGroupName }) =>
      drop('DeleteSubscriptionFilter', { logGroupName: LogGroupName, filterName: name }),
  }

  const putPolicy = async ({ PolicyName, PolicyDocument }: Properties) => {
    await call('PutResourcePolicy', { policyName: PolicyName, policyDocument: PolicyDocument })
    return { ref: PolicyName as string, attributes: {} }
  }

  const policy: ResourceType = {
    properties: ['PolicyName', 'PolicyDocument'],
    create: putPolicy,
    update: async (_, properties, previous) =>
      properties.PolicyName === previous.PolicyName ? putPolicy(properties) : undefined,
    delete: (name) => drop('DeleteResourcePolicy', { policyName: name }),
  }

  return {
    'AWS::Logs::LogGroup': group,
    'AWS::Logs::LogStream': stream,
    'AWS::Logs::MetricFilter': filter,
    'AWS::Logs::ResourcePolicy': policy,
    'AWS::Logs::SubscriptionFilter': subscription,
  }
}
