import { DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction, invoke } from './support/function.ts'

describe('Invoke on real time', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await startTestCloud({ clock: 'real' })
  })
  afterAll(() => cloud.stop())

  const run = async (name: string, source: string, options = {}, event: unknown = {}) => {
    await createFunction(cloud, name, source, options)
    return invoke(cloud, name, event)
  }

  test('answers what the handler returns', async () => {
    const answer = await run('echo', 'export const handler = async (event) => ({ got: event })', {}, { a: 1 })
    expect(answer).toMatchObject({ payload: { got: { a: 1 } }, error: undefined, version: '$LATEST' })
  })

  test('gives the handler the context and the environment that Lambda defines, and nothing of the host', async () => {
    const source = `export const handler = async (event, context) => ({
      env: process.env, remaining: context.getRemainingTimeInMillis(), context, argv: process.execArgv })`
    const { payload } = await run('surroundings', source, {
      Environment: { Variables: { OWN: 'x' } },
      Timeout: 7,
      MemorySize: 256,
    })
    const { env, context, remaining } = payload as { env: Record<string, string>; context: object; remaining: number }
    expect(env).toMatchObject({
      OWN: 'x',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'surroundings',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/surroundings',
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-/),
    })
    expect(env).not.toHaveProperty('HOME')
    expect(context).toMatchObject({
      functionName: 'surroundings',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:surroundings',
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    })
    expect(remaining).toBeGreaterThan(6000)
    expect(remaining).toBeLessThanOrEqual(7000)
  })

  test('a thrown error is a function error with its type, message and trace', async () => {
    const source = `class OrderError extends Error { name = 'OrderError' }
      export const handler = async () => { throw new OrderError('no stock') }`
    const answer = await run('throws', source)
    expect(answer.error).toBe('Unhandled')
    expect(answer.payload).toMatchObject({ errorType: 'OrderError', errorMessage: 'no stock' })
    expect((answer.payload as { trace: string[] }).trace[0]).toBe('OrderError: no stock')
    expect(answer.log).toMatch(/\tERROR\tInvoke Error\t\{"errorType":"OrderError"/)
  })

  test('what is thrown without a text of its own is told so', async () => {
    await createFunction(cloud, 'throws-nothing', 'export const handler = async () => { throw undefined }')
    expect(await invoke(cloud, 'throws-nothing')).toMatchObject({
      error: 'Unhandled',
      payload: { errorType: 'handled', errorMessage: expect.stringMatching(/^callback called with Error argument/) },
    })
  })

  test('a handler that is missing, a module that is missing and a broken module are named', async () => {
    expect(await run('no-export', 'export const other = 1')).toMatchObject({
      error: 'Unhandled',
      payload: { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    })
    expect((await run('no-module', 'import "./missing.mjs"')).payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
    })
    expect((await run('broken', 'export const = 1')).payload).toMatchObject({
      errorType: 'Runtime.UserCodeSyntaxError',
    })
  })

  test('a callback handler is refused on nodejs24.x and works on nodejs22.x', async () => {
    const source = 'export const handler = (event, context, callback) => callback(null, "called")'
    expect((await run('callback-24', source)).payload).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' })
    expect((await run('callback-22', source, { Runtime: 'nodejs22.x' })).payload).toBe('called')
  })

  test('process.exit ends the environment, and the next invocation starts a new one', async () => {
    const source = `let count = 0
      export const handler = async (event) => { if (event.exit) process.exit(event.exit); return ++count }`
    await createFunction(cloud, 'exits', source)
    expect((await invoke(cloud, 'exits')).payload).toBe(1)
    expect((await invoke(cloud, 'exits')).payload).toBe(2)
    const died = await invoke(cloud, 'exits', { exit: 3 })
    expect(died).toMatchObject({ error: 'Unhandled', payload: { errorType: 'Runtime.ExitError' } })
    expect((died.payload as { errorMessage: string }).errorMessage).toMatch(
      /Error: Runtime exited with error: exit status 3$/,
    )
    expect(died.log).toMatch(/\nRequestId: \S+ Error: Runtime exited with error: exit status 3\nRuntime.ExitError\nEND/)
    expect((await invoke(cloud, 'exits')).payload).toBe(1)
  })

  test('an error outside the handler crashes the environment', async () => {
    const source = `export const handler = () => new Promise(() => setTimeout(() => { throw new TypeError('late') }, 1))`
    expect((await run('uncaught', source)).payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'late' })
    const rejects = `export const handler = () => new Promise(() => { Promise.reject(new Error('lost')) })`
    expect((await run('unhandled', rejects)).payload).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    })
  })

  test("memory past the function's own is the end of its environment alone", async () => {
    const source =
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(1_000_000).fill({})) }'
    expect((await run('hungry', source, { Timeout: 60 })).payload).toMatchObject({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringContaining('signal: killed'),
    })
  })

  test("a loop is ended at the function's timeout", async () => {
    const answer = await run('loops', 'export const handler = async () => { for (;;); }', { Timeout: 1 })
    expect(answer).toMatchObject({ error: 'Unhandled', payload: { errorType: 'Sandbox.Timedout' } })
    expect((answer.payload as { errorMessage: string }).errorMessage).toMatch(
      /Error: Task timed out after 1\.00 seconds$/,
    )
    expect(answer.log).toMatch(/Task timed out after 1\.00 seconds\n(.*\n)*REPORT .*\tStatus: timeout/)
  })

  test("logs START, the function's lines, END and REPORT; Init Duration on a cold start only", async () => {
    const source = `import { writeSync } from 'node:fs'
      export const handler = async () => {
      console.log('one %d', 1); console.error(new Error('two')); process.stdout.write('three\\n'); writeSync(1, 'four\\n') }`
    const cold = await run('logs', source)
    expect(cold.log).toMatch(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST\n/)
    expect(cold.log).toMatch(/\n\d{4}-\d\d-\d\dT[\d:.]+Z\t[0-9a-f-]{36}\tINFO\tone 1\n/)
    expect(cold.log).toMatch(/\tERROR\tError: two\r {4}at /)
    expect(cold.log).toMatch(
      /\nthree\nfour\nEND RequestId: [0-9a-f-]{36}\nREPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\n$/,
    )
    expect((await invoke(cloud, 'logs')).log).not.toContain('Init Duration')
  })

  test('options that Node.js refuses, and a role that is gone, are told', async () => {
    const options = { Environment: { Variables: { NODE_OPTIONS: '--nonsense' } } }
    expect((await run('options', 'export const handler = async () => 1', options)).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/exit status 9$/),
    })
    await createFunction(cloud, 'orphan', 'export const handler = async () => 1')
    await cloud.client(IAMClient).send(new DeleteRoleCommand({ RoleName: 'orphan-role' }))
    await expect(invoke(cloud, 'orphan')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    })
  })

  test('an answer over 6 MB is a function error', async () => {
    const answer = await run('large', "export const handler = async () => 'x'.repeat(7_000_000)")
    expect(answer.payload).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
  })

  test('a payload that is no JSON, or over the limit, is refused', async () => {
    await createFunction(cloud, 'refuses', 'export const handler = async () => 1')
    const send = (input: object) =>
      cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName: 'refuses', ...input }))
    await expect(send({ Payload: '{' })).rejects.toMatchObject({ name: 'InvalidRequestContentException' })
    await expect(send({ Payload: JSON.stringify('x'.repeat(6_300_000)) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    })
    await expect(send({ FunctionName: 'unknown' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:unknown',
    })
    expect((await send({ InvocationType: 'DryRun' })).StatusCode).toBe(204)
  })

  test("the AWS SDK is there although the bundle leaves it out, and calls the cloud as the function's role", async () => {
    const source = `import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
      export const handler = async () => (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn`
    expect((await run('identity', source)).payload).toBe(
      'arn:aws:sts::000000000000:assumed-role/identity-role/identity',
    )
  })

  test('invocations at the same time run in environments of their own', async () => {
    const source = `let busy = 0
      export const handler = async () => { busy += 1; await new Promise((r) => setTimeout(r, 30)); return busy-- }`
    await createFunction(cloud, 'parallel', source)
    const answers = await Promise.all([1, 2, 3].map(() => invoke(cloud, 'parallel')))
    expect(answers.map(({ payload }) => payload)).toEqual([1, 1, 1])
  })

  test("functions that call each other never wait for each other's place on the host", async () => {
    const source = `import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda'
      export const handler = async ({ depth }) => {
        if (depth === 0) return 'end'
        const { Payload } = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'nests', Payload: JSON.stringify({ depth: depth - 1 }) }))
        return JSON.parse(Payload.transformToString()) }`
    await createFunction(cloud, 'nests', source, { actions: ['lambda:InvokeFunction'], Timeout: 60 })
    expect((await invoke(cloud, 'nests', { depth: 6 })).payload).toBe('end')
  })
})
