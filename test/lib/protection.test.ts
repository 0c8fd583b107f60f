import type { App } from 'aws-cdk-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Statement } from '../../lib/constructs/index.ts'
import { exampleApp } from './example/app.ts'
import { plain, type Resource, resourcesOf } from './example/resources.ts'

// What cdk-nag is silent on.
let app: App
beforeAll(() => {
  app = exampleApp()
})
const all = (type: string): readonly Resource[] => resourcesOf(app, type)

/** The statements of the policy attached to a queue or topic. */
const policyOf = ({ logicalId, stack }: Resource): readonly Statement[] =>
  [...all('AWS::SQS::QueuePolicy'), ...all('AWS::SNS::TopicPolicy')]
    .filter((policy) => policy.stack === stack)
    .filter(({ Properties }) => (Properties.Queues ?? Properties.Topics)[0].Ref === logicalId)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)

/** Resources that an AWS service may use by a resource's policy, with the sources that it may act for. */
const sourcesOf = (statements: readonly Statement[], service: string): readonly string[] =>
  statements
    .filter(({ Effect, Principal }) => Effect === 'Allow' && (Principal as { Service?: string }).Service === service)
    .flatMap(({ Condition }) => [Condition?.ArnLike?.['aws:SourceArn']].flat())
    .map(plain)

describe('encryption', () => {
  it('is on for every queue, by SQS itself, so that a service principal needs no key', () => {
    for (const { Properties } of all('AWS::SQS::Queue')) {
      expect(Properties.SqsManagedSseEnabled).toBe(true)
      expect(Properties.KmsMasterKeyId).toBeUndefined()
    }
  })

  it("is on for every topic, by the backbone's own key", () => {
    for (const { Properties } of all('AWS::SNS::Topic'))
      expect(plain(Properties.KmsMasterKeyId)).toMatch(/^BackboneKey\w+\.Arn$/)
  })

  it('has a key that rotates, and that services of this account only may use', () => {
    const [key] = all('AWS::KMS::Key')
    expect(key?.Properties.EnableKeyRotation).toBe(true)
    const services = key?.Properties.KeyPolicy.Statement.filter(
      (statement: Statement) => statement.Sid !== 'Administration',
    )
    for (const { Condition } of services) {
      const { 'aws:SourceAccount': source, 'kms:CallerAccount': caller } = Condition.StringEquals
      expect(plain(source ?? caller)).toBe('AccountId')
    }
  })
})

describe('TLS', () => {
  it('is required by every queue and every topic', () => {
    const guarded = [...all('AWS::SQS::Queue'), ...all('AWS::SNS::Topic')]
    expect(guarded.length).toBeGreaterThan(15)
    for (const resource of guarded) {
      const denial = policyOf(resource).find(({ Effect }) => Effect === 'Deny')
      expect(denial).toMatchObject({ Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
    }
  })
})

describe('every delivery by a service principal is allowed', () => {
  const queue = (arn: unknown): Resource => {
    const text = plain(arn)
    const found = all('AWS::SQS::Queue').find(
      ({ logicalId, Properties }) => text === `${logicalId}.Arn` || text.endsWith(`:${Properties.QueueName}`),
    )
    if (!found) throw new Error(`no queue ${text}`)
    return found
  }

  it('from a topic to a queue and to the dead letters of the subscription', () => {
    const subscriptions = all('AWS::SNS::Subscription')
    expect(subscriptions).toHaveLength(2)
    for (const { Properties } of subscriptions) {
      for (const target of [Properties.Endpoint, Properties.RedrivePolicy.deadLetterTargetArn])
        expect(sourcesOf(policyOf(queue(target)), 'sns.amazonaws.com')).toContain(plain(Properties.TopicArn))
    }
  })

  it('from a rule to a topic or queue and to the dead letters of the target, through the key where there is one', () => {
    const rules = all('AWS::Events::Rule').filter(
      ({ Properties: { EventPattern, EventBusName } }) => EventPattern !== undefined && EventBusName !== undefined,
    )
    expect(rules).toHaveLength(3)
    for (const { Properties } of rules) {
      const rule = `arn:Partition:events:Region:AccountId:rule/ex/${Properties.Name}`
      const [target] = Properties.Targets
      const topic = all('AWS::SNS::Topic').find((each) => plain(target.Arn).endsWith(`:${each.Properties.TopicName}`))
      expect(sourcesOf(policyOf(topic ?? queue(target.Arn)), 'events.amazonaws.com')).toContain(rule)
      const [source] = sourcesOf(policyOf(queue(target.DeadLetterConfig.Arn)), 'events.amazonaws.com')
      expect([rule, 'arn:Partition:events:Region:AccountId:rule/ex/*']).toContain(source)
    }
    const key = all('AWS::KMS::Key')[0]?.Properties.KeyPolicy.Statement as readonly Statement[]
    expect(
      key.find(({ Principal }) => (Principal as { Service?: string }).Service === 'events.amazonaws.com')?.Action,
    ).toEqual(['kms:Decrypt', 'kms:GenerateDataKey*'])
  })

  it('from the clock to a sweeper, from a deployment to a consumer, and to the dead letters of the call', () => {
    const calls = all('AWS::Events::Rule').filter(({ Properties }) => Properties.EventBusName === undefined)
    const kinds = calls.map(({ Properties }) => Properties.EventPattern?.source?.[0] ?? Properties.ScheduleExpression)
    expect(new Set(kinds)).toEqual(new Set(['rate(1 hour)', 'aws.ssm']))
    for (const { logicalId, Properties } of calls) {
      const [target] = Properties.Targets
      const may = all('AWS::Lambda::Permission').find(
        ({ Properties: { SourceArn } }) => plain(SourceArn) === `${logicalId}.Arn`,
      )
      expect(`${plain(may?.Properties.FunctionName)}.Arn`).toBe(plain(target.Arn))
      expect(sourcesOf(policyOf(queue(target.DeadLetterConfig.Arn)), 'events.amazonaws.com')).toEqual([
        `arn:Partition:events:Region:AccountId:rule/${Properties.Name}`,
      ])
    }
  })

  it('and nothing gives up without dead letters: queues, subscriptions, targets, schedules and mappings of streams', () => {
    const last = all('AWS::SQS::Queue').filter(({ Properties }) => Properties.RedrivePolicy === undefined)
    for (const { Properties } of last) expect(Properties.QueueName).toMatch(/-(dlq|undelivered|unrouted)(\.fifo)?$/)
    const given = {
      'AWS::SNS::Subscription': (found: Resource) => [found.Properties.RedrivePolicy?.deadLetterTargetArn],
      'AWS::Events::Rule': ({ Properties }: Resource) =>
        Properties.Targets.map((target: { DeadLetterConfig?: { Arn: unknown } }) => target.DeadLetterConfig?.Arn),
      'AWS::Lambda::EventSourceMapping': ({ Properties }: Resource) =>
        plain(Properties.EventSourceArn).includes('StreamArn')
          ? [Properties.DestinationConfig?.OnFailure?.Destination]
          : [],
    }
    for (const [type, arnsOf] of Object.entries(given))
      for (const deadLetters of all(type).flatMap(arnsOf)) expect(last).toContain(queue(deadLetters))
    // An API waits for its answer; whoever else invokes a function does not.
    const asynchronous = all('AWS::Lambda::Permission').filter(
      ({ Properties }) => Properties.Principal !== 'apigateway.amazonaws.com',
    )
    for (const { Properties } of asynchronous) {
      const config = all('AWS::Lambda::EventInvokeConfig').find(
        (each) => plain(each.Properties.FunctionName) === plain(Properties.FunctionName),
      )
      expect(last).toContain(queue(config?.Properties.DestinationConfig.OnFailure.Destination))
    }
  })

  it('from alarms to their topic', () => {
    const topic = all('AWS::SNS::Topic').find(({ Properties }) => Properties.TopicName === 'ex-alarms') as Resource
    expect(policyOf(topic).map(({ Principal }) => (Principal as { Service?: string }).Service)).toContain(
      'cloudwatch.amazonaws.com',
    )
  })

  it('and a bus that takes no event of another account', () => {
    expect(all('AWS::Events::EventBusPolicy')[0]?.Properties.Statement).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
    })
  })
})

describe('data', () => {
  const holders = [
    'AWS::DynamoDB::Table',
    'AWS::SQS::Queue',
    'AWS::Events::EventBus',
    'AWS::Events::Archive',
    'AWS::KMS::Key',
    'AWS::Logs::LogGroup',
  ]

  it('stays when its stack or its place in the template goes', () => {
    for (const type of holders) {
      expect(all(type).length).toBeGreaterThan(0)
      for (const resource of all(type))
        expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    }
  })

  it('of tables can be restored to any second, and is not deleted by mistake', () => {
    for (const { Properties } of all('AWS::DynamoDB::Table')) {
      expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true })
      expect(Properties.DeletionProtectionEnabled).toBe(true)
      expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true })
      expect(Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' })
    }
  })

  it('goes with its stack in development', () => {
    const development = exampleApp({ mode: 'development' })
    for (const type of holders)
      for (const resource of resourcesOf(development, type)) expect(resource.DeletionPolicy).toBe('Delete')
    for (const { Properties } of resourcesOf(development, 'AWS::DynamoDB::Table'))
      expect(Properties.DeletionProtectionEnabled).toBe(false)
  })

  it('of queues waits as long as SQS can keep it', () => {
    for (const { Properties } of all('AWS::SQS::Queue')) expect(Properties.MessageRetentionPeriod).toBe(1_209_600)
  })

  it('of the bus is archived for a year', () => {
    expect(all('AWS::Events::Archive')[0]?.Properties.RetentionDays).toBe(365)
  })
})
