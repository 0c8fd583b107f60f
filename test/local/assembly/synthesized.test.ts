import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { expect, it, onTestFinished } from 'vitest'
import { startTestCloud } from '../../support/cloud.ts'
import { synthesizeApp } from './cdk-app.ts'

it("runs an app of CDK's own constructs as it is synthesized", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-app-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const cloud = await startTestCloud()
  onTestFinished(() => cloud.stop())

  const [data, work] = await cloud.deploy(synthesizeApp(folder))
  expect([data?.name, work?.name]).toEqual(['Dev-Data', 'Dev-Work'])
  expect(work?.outputs.TopicArn).toBe(Object.values(data?.exports ?? {}).find((value) => value.includes(':sns:')))
  expect(work?.exports['work-queue']).toBe(work?.outputs.QueueUrl)
  const { Parameter } = await cloud.client(SSMClient).send(new GetParameterCommand({ Name: '/work/queue' }))
  expect(Parameter?.Value).toBe(work?.outputs.QueueUrl)

  const { TopicArn, TableName } = work?.outputs ?? {}
  await cloud.client(SNSClient).send(new PublishCommand({ TopicArn, Message: 'order 1' }))
  await cloud.clock.settle()
  const { Items } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName }))
  expect(Items).toEqual([{ id: { S: 'order 1' } }])
})
