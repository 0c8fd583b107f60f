import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, CfnOutput, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib'
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'

/**
 * Synthesizes an app of CDK's own constructs, as a user writes it: two stacks in a stage, a reference across them, grants, an
 * asset, the default synthesizer with its bootstrap version. Returns the cdk.out folder.
 */
export function synthesizeApp(folder: string): string {
  const code = join(folder, 'code')
  mkdirSync(code, { recursive: true })
  writeFileSync(join(code, 'index.mjs'), source)
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  })
  const stage = new Stage(app, 'Dev')

  const data = new Stack(stage, 'Data')
  const key = new Key(data, 'Key', { alias: 'orders', removalPolicy: RemovalPolicy.DESTROY })
  const topic = new Topic(data, 'Topic', { masterKey: key })
  const table = new Table(data, 'Table', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    stream: StreamViewType.NEW_IMAGE,
    removalPolicy: RemovalPolicy.DESTROY,
  })

  const work = new Stack(stage, 'Work')
  const deadLetters = new Queue(work, 'DeadLetters', { enforceSSL: true })
  const queue = new Queue(work, 'Queue', {
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
    enforceSSL: true,
  })
  topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }))
  const handler = new LambdaFunction(work, 'Handler', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
    timeout: Duration.seconds(10),
    environment: { TABLE: table.tableName },
  })
  handler.addEventSource(new SqsEventSource(queue, { batchSize: 5, reportBatchItemFailures: true }))
  table.grantWriteData(handler)
  const bus = new EventBus(work, 'Bus')
  new Rule(work, 'Rule', { eventBus: bus, eventPattern: { source: ['shop'] }, targets: [new SqsQueue(deadLetters)] })
  new StringParameter(work, 'Parameter', { parameterName: '/work/queue', stringValue: queue.queueUrl })
  new CfnOutput(work, 'QueueUrl', { value: queue.queueUrl, exportName: 'work-queue' })
  new CfnOutput(work, 'TopicArn', { value: topic.topicArn })
  new CfnOutput(work, 'TableName', { value: table.tableName })
  app.synth()
  return join(folder, 'cdk.out')
}

/** Writes each message's body into the table, as a function on AWS would. */
const source = `
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
const client = new DynamoDBClient({})
export async function handler({ Records }) {
  for (const { body } of Records)
    await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: body } } }))
  return { batchItemFailures: [] }
}
`
