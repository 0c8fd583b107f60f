import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction, createRole, invoke } from './support/function.ts'
import { zip } from './support/zip.ts'

/** What Lambda answers, in the texts that LocalStack's validated tests recorded from AWS. */

let cloud: TestCloud
let lambda: LambdaClient
let Role: string
beforeAll(async () => {
  cloud = await startTestCloud()
  lambda = cloud.client(LambdaClient)
  Role = await createRole(cloud, 'recorded')
  await createFunction(cloud, 'fn', 'export const handler = async () => 1')
})
afterAll(() => cloud.stop())

const refused = (answer: Promise<unknown>) =>
  answer.then(
    () => 'accepted',
    ({ name, message }: Error) => `${name}: ${message}`,
  )
const create = (more: Partial<CreateFunctionCommandInput>) =>
  refused(
    lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'made',
        Role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip({ 'index.mjs': 'export const handler = async () => 1' }) },
        ...more,
      }),
    ),
  )
const violation = (value: string, member: string, rule: string) =>
  `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`
const violated = (...wrong: string[]) =>
  `ValidationException: ${wrong.length} validation error${wrong.length > 1 ? 's' : ''} detected: ${wrong.join('; ')}`

const pattern = (name: string, version: string) =>
  `satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?(${name})(:(${version}|[a-zA-Z0-9-_]+))?`
const newName = pattern('[a-zA-Z0-9-_]+', '\\$LATEST')
const oldName = pattern('[a-zA-Z0-9-_\\.]+', '\\$LATEST(\\.PUBLISHED)?')
const long = 'x'.repeat(171)

describe('what a function may not be', () => {
  test.each<[Partial<CreateFunctionCommandInput>, string]>([
    [
      { Runtime: 'nodejs14.x' },
      'InvalidParameterValueException: The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    ],
    [
      { Handler: 'h'.repeat(129) },
      violated(violation('h'.repeat(129), 'handler', 'have length less than or equal to 128')),
    ],
    [
      { Description: 'd'.repeat(257) },
      violated(violation('d'.repeat(257), 'description', 'have length less than or equal to 256')),
    ],
    [
      { TracingConfig: { Mode: 'Some' as 'Active' } },
      violated(violation('Some', 'tracingConfig.mode', 'satisfy enum value set: [Active, PassThrough]')),
    ],
    [
      { PackageType: 'Tar' as 'Zip' },
      violated(violation('Tar', 'packageType', 'satisfy enum value set: [Image, Zip]')),
    ],
    [{ FunctionName: 'a b' }, violated(violation('a b', 'functionName', newName))],
    [
      { FunctionName: 'x'.repeat(65) },
      violated(violation('x'.repeat(65), 'functionName', 'have length less than or equal to 64')),
    ],
    [
      { FunctionName: `${'x'.repeat(64)}!` },
      violated(
        violation(`${'x'.repeat(64)}!`, 'functionName', newName),
        violation(`${'x'.repeat(64)}!`, 'functionName', 'have length less than or equal to 64'),
      ),
    ],
  ])('%o', async (more, words) => {
    expect(await create(more)).toBe(words)
  })

  test('all that breaks the model is told at once, in the order of members', async () => {
    expect(await create({ Handler: 'a b', Role: 'nobody', DeadLetterConfig: { TargetArn: 'nowhere' } })).toBe(
      violated(
        violation('a b', 'handler', 'satisfy regular expression pattern: [^\\s]+'),
        violation(
          'nobody',
          'role',
          'satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
        ),
        violation(
          'nowhere',
          'deadLetterConfig.targetArn',
          'satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()',
        ),
      ),
    )
  })

  test('a runtime that is none is told apart from one that is not here', async () => {
    expect(await create({ Runtime: 'nodejs1.x' as 'nodejs24.x' })).toMatch(
      /^InvalidParameterValueException: Value nodejs1.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*nodejs24.x.*\] or be a valid ARN$/,
    )
    expect(await create({ Runtime: 'python3.13' })).toMatch(/^NotSimulated: /)
  })
})

describe('names and qualifiers', () => {
  const get = (FunctionName: string, Qualifier?: string) =>
    refused(lambda.send(new GetFunctionCommand({ FunctionName, Qualifier })))
  const drop = (FunctionName: string) => refused(lambda.send(new DeleteFunctionCommand({ FunctionName })))

  test('each action has its own rule', async () => {
    expect(await get('a b')).toBe(violated(violation('a b', 'functionName', oldName)))
    expect(await get(long)).toBe(violated(violation(long, 'functionName', 'have length less than or equal to 170')))
    expect(await drop('x'.repeat(141))).toBe(
      violated(violation('x'.repeat(141), 'functionName', 'have length less than or equal to 140')),
    )
    expect(await get('fn', 'a b')).toBe(
      violated(
        violation('a b', 'qualifier', 'satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'),
      ),
    )
    expect(await get('a b', 'q'.repeat(129))).toBe(
      violated(
        violation('a b', 'functionName', oldName),
        violation('q'.repeat(129), 'qualifier', 'have length less than or equal to 128'),
      ),
    )
  })
})

describe('an invocation', () => {
  const call = (more: Partial<InvokeCommandInput>) => lambda.send(new InvokeCommand({ FunctionName: 'fn', ...more }))

  test('that nobody waits for has no payload', async () => {
    for (const [InvocationType, StatusCode] of [
      ['Event', 202],
      ['DryRun', 204],
    ] as const) {
      const { Payload, ...said } = await call({ InvocationType })
      expect(said).toMatchObject({ StatusCode })
      expect(Payload?.transformToString() ?? '').toBe('')
    }
  })

  test('has a payload and a context that can be read, and are not too large', async () => {
    const not = (more: Partial<InvokeCommandInput>) => refused(call(more))
    expect(await not({ Payload: 'abc' as never })).toBe(
      `InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: Unrecognized token 'abc': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (byte[])"abc"; line: 1, column: 4]`,
    )
    expect(await not({ InvocationType: 'Event', Payload: JSON.stringify('x'.repeat(1024 * 1024)) as never })).toBe(
      'RequestEntityTooLargeException: 1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    )
    for (const ClientContext of ['!!!', Buffer.from('"text"').toString('base64')])
      expect(await not({ ClientContext })).toBe(
        'InvalidRequestContentException: Client context must be a valid Base64-encoded JSON object.',
      )
  })

  test('has a log type of two', async () => {
    expect(await refused(call({ LogType: 'All' as 'Tail' }))).toBe(
      violated(violation('All', 'logType', 'satisfy enum value set: [None, Tail]')),
    )
  })
})

describe('a mapping', () => {
  const sourceArn = 'arn:aws:sqs:us-east-1:000000000000:mapped'
  const map = (more: Partial<CreateEventSourceMappingCommandInput>) =>
    lambda.send(new CreateEventSourceMappingCommand({ FunctionName: 'maps', EventSourceArn: sourceArn, ...more }))
  beforeAll(async () => {
    await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'mapped' }))
    await createFunction(cloud, 'maps', 'export const handler = async () => 1', { actions: ['sqs:*', 'dynamodb:*'] })
  })

  test('has tags of its own', async () => {
    const { EventSourceMappingArn: Resource } = await map({ Tags: { a: '1' } })
    await lambda.send(new TagResourceCommand({ Resource, Tags: { b: '2' } }))
    await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }))
    expect((await lambda.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: '2' })
  })

  test('is of a stream that is there, and reports in one way', async () => {
    const EventSourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2026-01-01T00:00:00.000'
    expect(await refused(map({ EventSourceArn, StartingPosition: 'LATEST' }))).toBe(
      `InvalidParameterValueException: Stream not found: ${EventSourceArn}`,
    )
    expect(await refused(map({ FunctionResponseTypes: ['All' as 'ReportBatchItemFailures'] }))).toBe(
      violated(
        violation(
          '[All]',
          'functionResponseTypes',
          'satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures], Member must not be null]',
        ),
      ),
    )
  })
})

describe('code in a bucket', () => {
  const code = (S3Key: string, S3Bucket = 'code') => ({ FunctionName: 'stored', Code: { S3Bucket, S3Key } })
  beforeAll(async () => {
    const s3 = cloud.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket: 'code' }))
    const put = (Key: string, answer: string) =>
      s3.send(
        new PutObjectCommand({
          Bucket: 'code',
          Key,
          Body: zip({ 'index.mjs': `export const handler = async () => '${answer}'` }),
        }),
      )
    await put('one.zip', 'one')
    await put('two.zip', 'two')
  })

  test('is read as whoever brings it', async () => {
    expect(await create(code('one.zip'))).toBe('accepted')
    expect((await invoke(cloud, 'stored')).payload).toBe('one')
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'stored', S3Bucket: 'code', S3Key: 'two.zip' }))
    expect((await invoke(cloud, 'stored')).payload).toBe('two')
  })

  test('that is not there is told in S3s words', async () => {
    expect(await create({ ...code('none.zip'), FunctionName: 'other' })).toBe(
      'InvalidParameterValueException: Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    )
    expect(await create({ ...code('one.zip', 'nowhere'), FunctionName: 'other' })).toBe(
      'InvalidParameterValueException: Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    )
  })
})
