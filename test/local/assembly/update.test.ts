import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeployedStack } from '../../../local/assembly/index.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { writeAssembly } from './support.ts'

let cloud: TestCloud
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud.stop())

/** Deploys one stack with these resources; again, it updates it. */
async function deploy(name: string, Resources: object, Outputs: object = {}): Promise<DeployedStack> {
  const [stack] = await cloud.deploy(writeAssembly({ [name]: { template: { Resources, Outputs } } }))
  return stack as DeployedStack
}

const kinds = ({ changes }: DeployedStack) => changes.map(({ logicalId, kind }) => `${logicalId} ${kind}`)
const idOf = (stack: DeployedStack, id: string) => stack.resources.find(({ logicalId }) => logicalId === id)?.physicalId

const queue = (QueueName: string, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...more },
})
const parameter = (Value: string, more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value },
  ...more,
})
const table = (TableName: string, key: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  },
})
const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
  },
}
const functionOf = (FunctionName: string, body: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 60,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile: `exports.handler = async (event) => { ${body} }` },
  },
})

const exists = async (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

describe('a running stack that is deployed again', () => {
  it('is left alone where nothing has changed', async () => {
    const resources = { Q: queue('same'), P: parameter('x') }
    const first = await deploy('same', resources)
    const second = await deploy('same', resources)
    expect(second.changes).toEqual([])
    expect(second.id).toBe(first.id)
    expect(second.resources.map(({ physicalId }) => physicalId)).toEqual(
      first.resources.map(({ physicalId }) => physicalId),
    )
  })

  it('keeps messages and items, and the identity of what changes in place', async () => {
    const sqs = cloud.client(SQSClient)
    const dynamodb = cloud.client(DynamoDBClient)
    const first = await deploy('kept', { Q: queue('kept'), T: table('kept', 'id') })
    const QueueUrl = idOf(first, 'Q') as string
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'before' }))
    await dynamodb.send(new PutItemCommand({ TableName: 'kept', Item: { id: { S: 'before' } } }))

    const second = await deploy('kept', {
      Q: queue('kept', { VisibilityTimeout: 77 }),
      T: table('kept', 'id'),
      Url: parameter('x', { DependsOn: 'Q' }),
    })
    expect(kinds(second)).toEqual(['Q updated', 'Url created'])
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    )
    expect(Attributes).toEqual({ VisibilityTimeout: '77' })
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    expect(Messages?.map(({ Body }) => Body)).toEqual(['before'])
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: 'kept' }))
    expect(Items).toEqual([{ id: { S: 'before' } }])
    const { Stacks } = await cloud.client(CloudFormationClient).send(new DescribeStacksCommand({ StackName: 'kept' }))
    expect(Stacks?.[0]).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', StackId: first.id })
  })

  it('gives a function its new code: what runs ends with the old one, what starts has the new one', async () => {
    const lambda = cloud.client(LambdaClient)
    const logs = cloud.client(CloudWatchLogsClient)
    const resources = (name: string) => ({
      Role: role,
      F: functionOf('coded', `await new Promise((done) => setTimeout(done, event.wait)); console.log('${name} ended')`),
    })
    const invoke = async (wait: number) => {
      const Payload = JSON.stringify({ wait })
      await lambda.send(new InvokeCommand({ FunctionName: 'coded', InvocationType: 'Event', Payload }))
      await cloud.clock.settle()
    }
    const ended = async () => {
      const { events } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/coded', filterPattern: 'ended' }),
      )
      return events?.map(({ message }) => /\w+ ended/.exec(message ?? '')?.[0])
    }
    await deploy('coded', resources('old'))
    await invoke(30_000)
    expect(kinds(await deploy('coded', resources('new')))).toEqual(['F updated'])
    await invoke(10)
    await cloud.clock.advance(10)
    expect(await ended()).toEqual(['new ended'])
    await cloud.clock.advance(30_000)
    expect(await ended()).toEqual(['new ended', 'old ended'])
  })

  it('keeps an event source mapping when its function changes', async () => {
    const lambda = cloud.client(LambdaClient)
    const resources = (body: string) => ({
      Role: role,
      Q: queue('mapped', { VisibilityTimeout: 60 }),
      F: functionOf('mapped', body),
      M: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] }, FunctionName: { Ref: 'F' }, BatchSize: 1 },
      },
    })
    const mapping = async () =>
      (await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: 'mapped' }))).EventSourceMappings?.map(
        ({ UUID }) => UUID,
      )
    await deploy('mapped', resources('return 1'))
    const before = await mapping()
    expect(kinds(await deploy('mapped', resources('return 2')))).toEqual(['F updated'])
    expect(await mapping()).toEqual(before)
    expect(before).toHaveLength(1)
  })

  it('refuses, in the words of CloudFormation, to replace what has a name of its own, and runs as before', async () => {
    const sqs = cloud.client(SQSClient)
    await deploy('named', { Q: queue('named-q'), T: table('named-t', 'id') })
    const changed = {
      Q: queue('named-q', { VisibilityTimeout: 99 }),
      New: parameter('x', { DependsOn: 'Q' }),
      T: { ...table('named-t', 'other'), DependsOn: 'New' },
    }
    await expect(deploy('named', changed)).rejects.toThrow(
      /^Stack named: T \(AWS::DynamoDB::Table\): CloudFormation cannot update a stack when a custom-named resource requires replacing\. Rename named-t and update the stack again\. \(Changed: AttributeDefinitions, KeySchema\)/,
    )
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'named-q' }))
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    )
    expect(Attributes).toEqual({ VisibilityTimeout: '30' })
    expect(kinds(await deploy('named', { Q: queue('named-q'), T: table('named-t', 'id') }))).toEqual([])
  })

  it('creates a nameless resource anew before the old one goes, unless a policy keeps it', async () => {
    const sqs = cloud.client(SQSClient)
    const fifo = (FifoQueue: boolean, more: object = {}) => ({
      Type: 'AWS::SQS::Queue',
      Properties: FifoQueue ? { FifoQueue } : {},
      ...more,
    })
    const first = await deploy('nameless', { A: fifo(false), B: fifo(false, { UpdateReplacePolicy: 'Retain' }) })
    const second = await deploy('nameless', { A: fifo(true), B: fifo(true) })
    expect(kinds(second)).toEqual(['A replaced', 'B replaced', 'B retained'])
    const there = (stack: DeployedStack, id: string) =>
      exists(
        sqs.send(new GetQueueAttributesCommand({ QueueUrl: idOf(stack, id) as string, AttributeNames: ['QueueArn'] })),
      )
    expect(await Promise.all([there(first, 'A'), there(first, 'B'), there(second, 'A')])).toEqual([false, true, true])
  })

  it('deletes what the template no longer has, as its deletion policy says', async () => {
    const ssm = cloud.client(SSMClient)
    const first = await deploy('removed', {
      Gone: parameter('x'),
      Kept: parameter('x', { DeletionPolicy: 'Retain' }),
      Last: parameter('x'),
    })
    const second = await deploy('removed', { Last: parameter('x') })
    expect(kinds(second)).toEqual(['Kept retained', 'Gone deleted'])
    const there = (id: string) => exists(ssm.send(new GetParameterCommand({ Name: idOf(first, id) })))
    expect(await Promise.all(['Gone', 'Kept', 'Last'].map(there))).toEqual([false, true, true])
  })

  it('refuses another type under the same logical id', async () => {
    await deploy('typed', { X: parameter('x') })
    await expect(deploy('typed', { X: queue('typed') })).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [X]',
    )
  })

  it('refuses to change or drop an export that another stack imports', async () => {
    const exporting = (value: string) =>
      deploy('exporting', { P: parameter('x') }, { Out: { Value: value, Export: { Name: 'shared-name' } } })
    await exporting('one')
    await deploy('importing', {
      P: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: { 'Fn::ImportValue': 'shared-name' } } },
    })
    await expect(exporting('two')).rejects.toThrow('Export shared-name cannot be updated as it is in use by importing')
    await expect(deploy('exporting', { P: parameter('x') })).rejects.toThrow(
      'Export shared-name cannot be deleted as it is in use by importing',
    )
    expect((await exporting('one')).changes).toEqual([])
  })
})
