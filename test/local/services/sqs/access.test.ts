import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateAliasCommand, CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../../../../local/service.ts'
import { type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

const ACCOUNT = '000000000000'
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`

interface Statement {
  Action: string | string[]
  Resource: string
}

/** An SQS client with a session of a new role that may do what the statements say. */
async function clientOf(name: string, ...statements: Statement[]): Promise<SQSClient> {
  const iam = bench.cloud.client(IAMClient)
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }))
  const Statement = statements.map((each) => ({ Effect: 'Allow', ...each }))
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  if (statements.length > 0)
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'policy', PolicyDocument }))
  const { Credentials } = await bench.cloud
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'session' }))
  return bench.cloud.client(SQSClient, {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  })
}

const sendAs = (caller: Caller, QueueUrl: string) =>
  bench.cloud.context.call({ caller, service: 'sqs', action: 'SendMessage', input: { QueueUrl, MessageBody: 'a' } })

const setAttributes = (QueueUrl: string, Attributes: Record<string, string>) =>
  bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))

describe('permissions', () => {
  it("denies a role what its policies do not allow, in AWS's words, and batches need the single action", async () => {
    const url = await bench.create('allowed')
    const other = await bench.create('forbidden')
    const Entries = [{ Id: '1', MessageBody: 'a' }]
    const sender = await clientOf('sender', { Action: 'sqs:SendMessage', Resource: arnOf('allowed') })
    await sender.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
    await expect(sender.send(new SendMessageBatchCommand({ QueueUrl: other, Entries }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/sender/session is not authorized to perform: sqs:sendmessage ` +
        `on resource: ${arnOf('forbidden')} because no identity-based policy allows the sqs:sendmessage action`,
      $metadata: { httpStatusCode: 403 },
    })
    await expect(sender.send(new ReceiveMessageCommand({ QueueUrl: url }))).rejects.toThrow('sqs:receivemessage')
    const deletion = new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: '1', ReceiptHandle: 'x' }] })
    await expect(sender.send(deletion)).rejects.toThrow('sqs:deletemessage on resource')
  })

  it("lets a service send only where the queue's policy allows the principal and its source", async () => {
    const url = await bench.create('delivery')
    const topic = 'arn:aws:sns:us-east-1:000000000000:topic'
    const sns = bench.cloud.context.principal('sns.amazonaws.com', topic)
    await expect(sendAs(sns, url)).rejects.toMatchObject({ code: 'AccessDeniedException' })
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arnOf('delivery'),
      Condition: { ArnEquals: { 'aws:SourceArn': topic } },
    }
    await setAttributes(url, { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) })
    await sendAs(sns, url)
    const elsewhere = bench.cloud.context.principal('sns.amazonaws.com', `${topic}-2`)
    await expect(sendAs(elsewhere, url)).rejects.toMatchObject({ code: 'AccessDeniedException' })
    const { Attributes } = await bench.receiveOne(url, { MessageSystemAttributeNames: ['SenderId'] })
    expect(Attributes?.SenderId).toBe('sns.amazonaws.com')
  })

  it('asks the starter of a move task for every permission that the task uses', async () => {
    const dlq = await bench.create('move-dlq')
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('move-dlq'), maxReceiveCount: 1 })
    await bench.create('move-source', { RedrivePolicy })
    const actions = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
    const onDlq = { Action: actions.map((name) => `sqs:${name}`), Resource: arnOf('move-dlq') }
    const start = new StartMessageMoveTaskCommand({ SourceArn: arnOf('move-dlq') })
    const half = await clientOf('mover-half', onDlq)
    await expect(half.send(start)).rejects.toThrow(`sqs:sendmessage on resource: ${arnOf('move-source')}`)
    const whole = await clientOf('mover', onDlq, { Action: 'sqs:SendMessage', Resource: arnOf('move-source') })
    await whole.send(start)
    expect(await bench.counts(dlq)).toEqual([0, 0, 0])
  })
})

describe('encryption with a KMS key', () => {
  const encrypted = async (name: string) => {
    const { KeyMetadata } = await bench.cloud.client(KMSClient).send(new CreateKeyCommand({}))
    const url = await bench.create(name, { KmsMasterKeyId: KeyMetadata?.KeyId ?? '' })
    return { url, keyId: KeyMetadata?.KeyId, keyArn: KeyMetadata?.Arn ?? '' }
  }
  const sqsActions = { Action: 'sqs:*', Resource: '*' }
  const send = (client: SQSClient, QueueUrl: string) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
  const receive = (client: SQSClient, QueueUrl: string) => client.send(new ReceiveMessageCommand({ QueueUrl }))

  it('asks a sender for GenerateDataKey and Decrypt, and a receiver for Decrypt', async () => {
    const { url, keyArn } = await encrypted('kms')
    const none = await clientOf('kms-none', sqsActions)
    await expect(send(none, url)).rejects.toMatchObject({ name: 'KmsAccessDenied' })
    await expect(send(none, url)).rejects.toThrow(`kms:GenerateDataKey on resource: ${keyArn}`)
    const generates = await clientOf('kms-generate', sqsActions, { Action: 'kms:GenerateDataKey', Resource: keyArn })
    await expect(send(generates, url)).rejects.toThrow(`kms:Decrypt on resource: ${keyArn}`)
    const decrypts = await clientOf('kms-decrypt', sqsActions, { Action: 'kms:Decrypt', Resource: keyArn })
    await expect(send(decrypts, url)).rejects.toThrow('kms:GenerateDataKey')
    await receive(decrypts, url)
    await expect(receive(generates, url)).rejects.toThrow('kms:Decrypt')
    const both = ['kms:Decrypt', 'kms:GenerateDataKey']
    await send(await clientOf('kms-both', sqsActions, { Action: both, Resource: keyArn }), url)
  })

  it('asks KMS again only after the reuse period of the data key', async () => {
    const { url, keyArn, keyId } = await encrypted('kms-reuse')
    const both = { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: keyArn }
    const client = await clientOf('kms-reuse', sqsActions, both)
    await send(client, url)
    await bench.cloud.client(KMSClient).send(new DisableKeyCommand({ KeyId: keyId }))
    await bench.cloud.clock.advance(299_999)
    await send(client, url)
    await bench.cloud.clock.advance(1)
    await expect(send(client, url)).rejects.toMatchObject({ name: 'KmsDisabled' })
  })

  it('finds the key behind an alias, and names a key that does not exist', async () => {
    const { keyId, keyArn } = await encrypted('kms-alias')
    await bench.cloud.client(KMSClient).send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: keyId }))
    const url = await bench.create('kms-by-alias', { KmsMasterKeyId: 'alias/mine' })
    const client = await clientOf('kms-alias', sqsActions, { Action: 'kms:Decrypt', Resource: keyArn })
    await receive(client, url)
    const missing = await bench.create('kms-missing', { KmsMasterKeyId: 'alias/missing' })
    await expect(receive(client, missing)).rejects.toMatchObject({ name: 'KmsNotFound' })
  })

  it('keeps service principals from queues with the AWS managed key, and nobody else', async () => {
    const url = await bench.create('kms-managed', { KmsMasterKeyId: 'alias/aws/sqs' })
    await send(await clientOf('kms-managed', sqsActions), url)
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arnOf('kms-managed') }
    await setAttributes(url, { Policy: JSON.stringify({ Statement: [statement] }) })
    const sns = bench.cloud.context.principal('sns.amazonaws.com', 'arn:aws:sns:us-east-1:000000000000:topic')
    await expect(sendAs(sns, url)).rejects.toMatchObject({ code: 'KmsAccessDenied' })
  })
})
