import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Iam, SessionKeys } from '../../../../local/services/iam/index.ts'
import type { Kms } from '../../../../local/services/kms/index.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

const account = '000000000000'
const day = 24 * 60 * 60 * 1000
const secret = new TextEncoder().encode('a secret')
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

let cloud: TestCloud
let kms: KMSClient
beforeAll(async () => {
  cloud = await startTestCloud()
  kms = cloud.client(KMSClient)
})
afterAll(() => cloud.stop())

async function newKey(Policy?: string): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(Policy === undefined ? {} : { Policy }))
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
}

describe('encryption', () => {
  it('brings back what was encrypted, by id, ARN, alias and alias ARN', async () => {
    const { id, arn } = await newKey()
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/all', TargetKeyId: id }))
    for (const KeyId of [id, arn, 'alias/all', `arn:aws:kms:us-east-1:${account}:alias/all`]) {
      const { CiphertextBlob, KeyId: by } = await kms.send(new EncryptCommand({ KeyId, Plaintext: secret }))
      expect(by).toBe(arn)
      expect(text(CiphertextBlob)).not.toContain('a secret')
      expect(text((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).toBe('a secret')
    }
  })

  it('tries without doing', async () => {
    const { id } = await newKey()
    await expect(kms.send(new EncryptCommand({ KeyId: id, Plaintext: secret, DryRun: true }))).rejects.toMatchObject({
      name: 'DryRunOperationException',
      message: 'The request would have succeeded, but the DryRun option is set.',
    })
  })

  it('never makes the same ciphertext twice', async () => {
    const { id } = await newKey()
    const one = await kms.send(new EncryptCommand({ KeyId: id, Plaintext: secret }))
    const two = await kms.send(new EncryptCommand({ KeyId: id, Plaintext: secret }))
    expect(one.CiphertextBlob).not.toEqual(two.CiphertextBlob)
  })

  it('binds the ciphertext to its encryption context, in any order of the keys', async () => {
    const { id: KeyId } = await newKey()
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: secret, EncryptionContext: { a: '1', b: '2' } }),
    )
    const same = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { b: '2', a: '1' } }))
    expect(text(same.Plaintext)).toBe('a secret')
    await expect(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: '1' } }))).rejects.toMatchObject(
      { name: 'InvalidCiphertextException' },
    )
  })

  it('notices a changed ciphertext and another key', async () => {
    const { id: KeyId } = await newKey()
    const other = await newKey()
    const { CiphertextBlob = new Uint8Array() } = await kms.send(new EncryptCommand({ KeyId, Plaintext: secret }))
    const changed = Uint8Array.from(CiphertextBlob)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    await expect(kms.send(new DecryptCommand({ CiphertextBlob: changed }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    })
    await expect(kms.send(new DecryptCommand({ CiphertextBlob: secret }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    })
    await expect(kms.send(new DecryptCommand({ CiphertextBlob, KeyId: other.id }))).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    })
  })

  it('encrypts 1 to 4096 bytes', async () => {
    const { id: KeyId } = await newKey()
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array() }))).rejects.toThrow(
      'Member must have length greater than or equal to 1',
    )
    await kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(4096) }))
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(4097) }))).rejects.toThrow('4096')
  })

  it('generates data keys, with and without their plaintext', async () => {
    const { id: KeyId } = await newKey()
    const { Plaintext, CiphertextBlob } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
    expect(Plaintext).toHaveLength(32)
    expect((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(Plaintext)
    const without = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 24 }))
    expect(without).not.toHaveProperty('Plaintext')
    expect((await kms.send(new DecryptCommand({ CiphertextBlob: without.CiphertextBlob }))).Plaintext).toHaveLength(24)
    await expect(kms.send(new GenerateDataKeyCommand({ KeyId }))).rejects.toThrow('number of bytes or key spec')
  })

  it('re-encrypts under another key', async () => {
    const [from, to] = [await newKey(), await newKey()]
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: from.id, Plaintext: secret }))
    const again = await kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to.id }))
    expect(again).toMatchObject({ SourceKeyId: from.arn, KeyId: to.arn })
    const { KeyId, Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: again.CiphertextBlob }))
    expect([KeyId, text(Plaintext)]).toEqual([to.arn, 'a secret'])
  })
})

describe('a key', () => {
  it('that is disabled or unknown encrypts nothing', async () => {
    const { id: KeyId, arn } = await newKey()
    const encrypt = (key: string) => kms.send(new EncryptCommand({ KeyId: key, Plaintext: secret }))
    await kms.send(new DisableKeyCommand({ KeyId }))
    await expect(encrypt(KeyId)).rejects.toMatchObject({ name: 'DisabledException', message: `${arn} is disabled.` })
    await kms.send(new EnableKeyCommand({ KeyId }))
    await expect(encrypt(KeyId)).resolves.toBeDefined()
    await expect(encrypt('alias/none')).rejects.toMatchObject({
      name: 'NotFoundException',
      message: `Alias arn:aws:kms:us-east-1:${account}:alias/none is not found.`,
    })
  })

  it('whose deletion is scheduled is useless at once and gone after its window', async () => {
    const { id: KeyId, arn } = await newKey()
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: secret }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
      message: `${arn} is pending deletion.`,
    })
    await cloud.clock.advance(7 * day - 1)
    expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState).toBe('PendingDeletion')
    await cloud.clock.advance(1)
    await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: `Key 'arn:aws:kms:us-east-1:${account}:key/${KeyId}' does not exist`,
    })
  })

  it('still decrypts after its rotation what it encrypted before', async () => {
    const { id: KeyId } = await newKey()
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
    const before = await kms.send(new EncryptCommand({ KeyId, Plaintext: secret }))
    await cloud.clock.advance(91 * day)
    const after = await kms.send(new EncryptCommand({ KeyId, Plaintext: secret }))
    for (const { CiphertextBlob } of [before, after])
      expect(text((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).toBe('a secret')
    // Byte 17 and 18 of a blob name the material, which the rotation renewed.
    expect([before, after].map(({ CiphertextBlob }) => CiphertextBlob?.[18])).toEqual([0, 1])
    const { NextRotationDate } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }))
    expect(NextRotationDate?.getTime()).toBe(cloud.clock.now() + 89 * day)
  })

  it('refuses a policy that locks its owner out', async () => {
    const { id: KeyId } = await newKey()
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:*', Resource: '*' },
    })
    await expect(kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    })
  })
})

it('a key cannot be promised to a role that does not exist', async () => {
  const Policy = JSON.stringify({
    Statement: ['root', 'role/nobody'].map((name) => ({
      ...{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:${name}` }, Action: 'kms:*', Resource: '*' },
    })),
  })
  await expect(newKey(Policy)).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: 'Policy contains a statement with one or more invalid principals.',
  })
})

describe('who may use a key', () => {
  const root = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }
  const policy = (...more: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: [root, ...more] })

  /** Session keys of a fresh role with that identity policy. */
  async function roleKeys(RoleName: string, Action: string | string[] | undefined): Promise<SessionKeys> {
    const iam = cloud.client(IAMClient)
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) }))
    const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } })
    if (Action) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }))
    return cloud.context.service<Iam>('iam').issueSession(`arn:aws:iam::${account}:role/${RoleName}`, 's')
  }

  const roleClient = async (name: string, action: string | undefined): Promise<KMSClient> =>
    cloud.client(KMSClient, await roleKeys(name, action))

  it('is for the account to say where the key policy names its root', async () => {
    const { id: KeyId } = await newKey(policy())
    const [allowed, denied] = [await roleClient('may', 'kms:Encrypt'), await roleClient('may-not', undefined)]
    await expect(allowed.send(new EncryptCommand({ KeyId, Plaintext: secret }))).resolves.toBeDefined()
    await expect(denied.send(new EncryptCommand({ KeyId, Plaintext: secret }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('because no identity-based policy allows the kms:Encrypt action'),
    })
  })

  it('is for the key policy alone to say where it does not, also by an alias', async () => {
    const [chosen, other] = [await roleClient('chosen', undefined), await roleClient('other', 'kms:*')]
    const only = { ...root, Principal: { AWS: `arn:aws:iam::${account}:role/chosen` } }
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({
        Policy: JSON.stringify({ Statement: [only] }),
        BypassPolicyLockoutSafetyCheck: true,
      }),
    )
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/chosen', TargetKeyId: KeyMetadata?.KeyId }))
    const encrypt = new EncryptCommand({ KeyId: 'alias/chosen', Plaintext: secret })
    await expect(chosen.send(encrypt)).resolves.toBeDefined()
    await expect(other.send(encrypt)).rejects.toThrow('because no resource-based policy allows the kms:Encrypt action')
  })

  it('is denied in the code of KMS also where no key is meant', async () => {
    const client = await roleClient('lister', undefined)
    await expect(client.send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('kms:ListKeys on resource: *'),
    })
  })

  it('may depend on the encryption context', async () => {
    const { id: KeyId } = await newKey(
      policy({
        ...{ Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' },
        Condition: { StringNotEquals: { 'kms:EncryptionContext:team': 'orders' } },
      }),
    )
    const client = await roleClient('team', 'kms:*')
    const encrypt = (team: string) =>
      client.send(new EncryptCommand({ KeyId, Plaintext: secret, EncryptionContext: { team } }))
    await expect(encrypt('orders')).resolves.toBeDefined()
    await expect(encrypt('billing')).rejects.toThrow('with an explicit deny in a resource-based policy')
  })

  it('of a key that AWS manages is everybody, but only through its service', async () => {
    const service = cloud.context.service<Kms>('kms')
    const resource = service.keyArn('alias/aws/sqs')
    const client = await roleClient('through', undefined)
    const caller = cloud.context
      .service<Iam>('iam')
      .assume('lambda.amazonaws.com', `arn:aws:iam::${account}:role/through`)
    const check = { action: 'kms:GenerateDataKey', resource }
    expect(() => cloud.context.authorize(caller, { ...check, context: service.via('sqs', caller) })).not.toThrow()
    expect(() => cloud.context.authorize(caller, { ...check, context: service.via('sns', caller) })).toThrow(
      'not authorized',
    )
    await expect(client.send(new GenerateDataKeyCommand({ KeyId: resource, KeySpec: 'AES_256' }))).rejects.toThrow(
      'is not authorized to perform: kms:GenerateDataKey',
    )
    expect(service.keyArn('alias/aws/sqs')).toBe(resource)
  })

  it('may be whoever comes through the service that the key policy names', async () => {
    const { arn } = await newKey(
      policy({
        ...{ Effect: 'Allow', Principal: { AWS: '*' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' },
        Condition: {
          StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': 'sns.us-east-1.amazonaws.com' },
        },
      }),
    )
    const keys = await roleKeys('publisher', ['sns:Publish', 'sqs:SendMessage'])
    const { TopicArn } = await cloud
      .client(SNSClient)
      .send(new CreateTopicCommand({ Name: 'encrypted', Attributes: { KmsMasterKeyId: arn } }))
    const publish = cloud.client(SNSClient, keys).send(new PublishCommand({ TopicArn, Message: 'm' }))
    await expect(publish).resolves.toBeDefined()
    const { QueueUrl } = await cloud
      .client(SQSClient)
      .send(new CreateQueueCommand({ QueueName: 'encrypted', Attributes: { KmsMasterKeyId: arn } }))
    const send = cloud.client(SQSClient, keys).send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' }))
    await expect(send).rejects.toThrow('is not authorized to perform: kms:GenerateDataKey')
  })

  it('may be a service, for the source that the key policy names', async () => {
    const topic = `arn:aws:sns:us-east-1:${account}:placed`
    const { arn } = await newKey(
      policy({
        ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Resource: '*' },
        ...{ Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Condition: { ArnLike: { 'aws:SourceArn': topic } } },
      }),
    )
    const may = (source: string) => () =>
      cloud.context.authorize(cloud.context.principal('sns.amazonaws.com', source), {
        action: 'kms:GenerateDataKey',
        resource: arn,
      })
    expect(may(topic)).not.toThrow()
    expect(may(`${topic}2`)).toThrow('is not authorized to perform: kms:GenerateDataKey')
  })
})

it('lists keys, aliases and policies in pages', async () => {
  const { id } = await newKey()
  for (const name of ['a', 'b', 'c'])
    await kms.send(new CreateAliasCommand({ AliasName: `alias/page-${name}`, TargetKeyId: id }))
  const aliases = (more: object) => kms.send(new ListAliasesCommand({ KeyId: id, Limit: 2, ...more }))
  const first = await aliases({})
  expect([first.Aliases?.length, first.Truncated]).toEqual([2, true])
  const second = await aliases({ Marker: first.NextMarker })
  expect([second.Aliases?.map(({ AliasName }) => AliasName), second.Truncated]).toEqual([['alias/page-c'], false])
  expect((await kms.send(new ListKeysCommand({ Limit: 1 }))).Keys).toHaveLength(1)
  expect(await kms.send(new ListKeyPoliciesCommand({ KeyId: id }))).toMatchObject({ PolicyNames: ['default'] })
  await expect(aliases({ Limit: 0 })).rejects.toThrow("Value '0' at 'limit' failed to satisfy constraint")
  await expect(aliases({ Marker: 'x' })).rejects.toMatchObject({ name: 'InvalidMarkerException' })
})
