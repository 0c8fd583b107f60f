import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction, invoke } from './support/function.ts'

describe('a function on virtual time', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await startTestCloud({ clock: 'auto' })
  })
  afterAll(() => cloud.stop())

  /** What the source's handler answers, and how much time of the clock it took. */
  const run = async (name: string, source: string, options = {}, event: unknown = {}) => {
    await createFunction(cloud, name, source, { Timeout: 900, ...options })
    const start = cloud.clock.now()
    const { payload, error } = await invoke(cloud, name, event)
    return { payload, error, took: cloud.clock.now() - start }
  }

  test('every kind of timer takes exactly its time of the clock and none of its own', async () => {
    const source = `import timers from 'node:timers'
      import { setTimeout as sleep, setInterval as ticks, scheduler } from 'node:timers/promises'
      import { promisify } from 'node:util'
      const steps = []
      export const handler = async () => {
        const start = Date.now()
        const step = () => steps.push(Date.now() - start)
        await sleep(60_000); step()
        await promisify(setTimeout)(60_000); step()
        await new Promise((resolve) => timers.setTimeout(resolve, 60_000)); step()
        await new Promise((resolve) => setTimeout(resolve, 60_000)); step()
        await scheduler.wait(60_000); step()
        await new Promise((resolve) => AbortSignal.timeout(60_000).addEventListener('abort', resolve)); step()
        let count = 0
        for await (const _ of ticks(60_000)) { step(); if (++count === 2) break }
        await new Promise((resolve) => { const every = setInterval(() => { step(); if (++count === 4) { clearInterval(every); resolve() } }, 60_000) })
        return steps
      }`
    const { payload, took } = await run('timers', source)
    expect(payload).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((minute) => minute * 60_000))
    expect(took).toBe(600_000)
  })

  test("Date, performance.now, process.hrtime and the remaining time are the clock's", async () => {
    const source = `export const handler = async (event, context) => {
        const before = { date: Date.now(), now: performance.now(), high: process.hrtime.bigint(), left: context.getRemainingTimeInMillis() }
        await new Promise((resolve) => setTimeout(resolve, 90_000))
        return { date: new Date().getTime() - before.date, now: performance.now() - before.now, high: Number(process.hrtime.bigint() - before.high) / 1e6,
          left: before.left - context.getRemainingTimeInMillis(), is: new Date() instanceof Date, text: typeof Date(), year: new Date(2020, 1, 1).getFullYear(),
          name: Date.name, utc: Date.UTC(2026, 0, 1) } }`
    expect((await run('clocks', source)).payload).toEqual({
      ...{ date: 90_000, now: 90_000, high: 90_000, left: 90_000 },
      ...{ is: true, text: 'string', year: 2020, name: 'Date', utc: Date.UTC(2026, 0, 1) },
    })
  })

  test('a timer that an invocation leaves behind goes off in the next one, once', async () => {
    const source = `let fired = 0
      export const handler = async () => {
        const before = fired
        setTimeout(() => { fired++ }, 1_000)
        await new Promise((resolve) => setTimeout(resolve, 10))
        return before }`
    expect((await run('left-behind', source)).payload).toBe(0)
    await cloud.clock.advance(5_000)
    const again = async () => (await invoke(cloud, 'left-behind', {})).payload
    expect([await again(), await again()]).toEqual([0, 1])
  })

  test("a timer that is cleared, refreshed or unreferenced behaves as Node's", async () => {
    const source = `export const handler = async () => {
        const start = Date.now(), fired = []
        const at = (name) => () => fired.push([name, Date.now() - start])
        clearTimeout(setTimeout(at('cleared'), 10))
        const refreshed = setTimeout(at('refreshed'), 1000)
        setTimeout(() => refreshed.refresh(), 500)
        setTimeout(at('zero'), 0)
        setTimeout(at('loose'), 2000).unref()
        setTimeout((a, b) => fired.push([a + b]), 3000, 'a', 'b')
        await new Promise((resolve) => setTimeout(resolve, 4000))
        return fired }`
    expect((await run('handles', source)).payload).toEqual([['zero', 1], ['refreshed', 1500], ['loose', 2000], ['ab']])
  })

  test('a sleep past the timeout ends at the timeout', async () => {
    const source = 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000))'
    const { payload, took } = await run('oversleeps', source, { Timeout: 3 })
    expect(payload).toMatchObject({ errorType: 'Sandbox.Timedout' })
    expect(took).toBe(3_000)
  })

  test('work on files, compression and cryptography takes no time of the clock', async () => {
    const source = `import { readFile } from 'node:fs/promises'
      import { gzip, createGzip } from 'node:zlib'
      import { promisify } from 'node:util'
      import { pbkdf2, randomBytes } from 'node:crypto'
      import { pipeline } from 'node:stream/promises'
      import { Readable } from 'node:stream'
      export const handler = async () => {
        const late = setTimeout(() => { throw new Error('the clock went on') }, 800_000)
        const start = Date.now()
        for (let round = 0; round < 5; round++) {
          await readFile(process.env.LAMBDA_TASK_ROOT + '/index.mjs')
          await promisify(gzip)(Buffer.alloc(3_000_000, 'x'))
          await pipeline(Readable.from([Buffer.alloc(2_000_000)]), createGzip(), async (chunks) => { for await (const _ of chunks); })
          await promisify(pbkdf2)('secret', 'salt', 20_000, 32, 'sha256')
          await promisify(randomBytes)(1_000_000)
          await crypto.subtle.digest('SHA-256', new Uint8Array(5_000_000))
          await new Promise((resolve) => setImmediate(resolve))
        }
        clearTimeout(late)
        return Date.now() - start }`
    expect((await run('works', source)).payload).toBe(0)
  })

  test('Lambda 15: a call to the cloud agrees with the clock and takes no time of it, a long poll takes its own', async () => {
    const source = `import { SQSClient, CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
      const sqs = new SQSClient({})
      export const handler = async () => {
        const start = Date.now(), times = []
        const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'polled' }))
        for (let round = 0; round < 10; round++) await sqs.send(new CreateQueueCommand({ QueueName: 'polled' }))
        times.push(Date.now() - start)
        await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
        times.push(Date.now() - start)
        return times }`
    expect((await run('polls', source, { actions: ['sqs:*'] })).payload).toEqual([0, 20_000])
  })

  test('fetch waits for its answer as the SDK does', async () => {
    const source = `export const handler = async () => {
        const start = Date.now()
        const answers = []
        for (let round = 0; round < 5; round++) answers.push((await (await fetch(process.env.AWS_ENDPOINT_URL + '/')).text()).length > 0)
        return { answers, took: Date.now() - start } }`
    expect((await run('fetches', source)).payload).toEqual({ answers: [true, true, true, true, true], took: 0 })
  })

  test('a function that waits for another one lets the clock go on, and both see the same time', async () => {
    await createFunction(
      cloud,
      'sleeper',
      'export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 300_000)); return Date.now() }',
      { Timeout: 900 },
    )
    const source = `import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda'
      export const handler = async () => {
        const start = Date.now()
        const { Payload } = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'sleeper' }))
        return { slept: JSON.parse(Payload.transformToString()) - start, waited: Date.now() - start } }`
    expect((await run('waits', source, { actions: ['lambda:InvokeFunction'] })).payload).toEqual({
      slept: 300_000,
      waited: 300_000,
    })
  })

  test('timers stand still between invocations, and do not move an auto clock', async () => {
    const source = `let ticks = 0
      export const handler = async ({ start }) => { if (start) setInterval(() => ticks++, 1000); return ticks }`
    await createFunction(cloud, 'freezes', source)
    await invoke(cloud, 'freezes', { start: true })
    const before = cloud.clock.now()
    await cloud.clock.idle()
    expect(cloud.clock.now()).toBe(before)
  })

  test('a module that sleeps as it is loaded sleeps on the clock', async () => {
    const source = `const start = Date.now()
      await new Promise((resolve) => setTimeout(resolve, 5000))
      const took = Date.now() - start
      export const handler = async () => took`
    expect((await run('loads', source)).payload).toBe(5000)
  })

  test('thirty minutes of sleeps take a moment', async () => {
    const source = `import { setTimeout as sleep } from 'node:timers/promises'
      export const handler = async ({ left }) => { for (let minute = 0; minute < 14; minute++) await sleep(60_000); return left }`
    await createFunction(cloud, 'long', source, { Timeout: 900 })
    const start = cloud.clock.now()
    await invoke(cloud, 'long', { left: 1 })
    await invoke(cloud, 'long', { left: 0 })
    expect(cloud.clock.now() - start).toBe(28 * 60_000)
  })
})

test('a worker started after a real clock was advanced, and one that runs already, are ahead with it', async () => {
  const cloud = await startTestCloud({ clock: 'real' })
  try {
    await createFunction(cloud, 'ahead', 'export const handler = async () => Date.now()')
    await invoke(cloud, 'ahead')
    await cloud.clock.advance(3_600_000)
    const ahead = async () => Number((await invoke(cloud, 'ahead')).payload) - cloud.clock.now()
    expect(Math.abs(await ahead())).toBeLessThan(5_000)
    await createFunction(cloud, 'later', 'export const handler = async () => Date.now()')
    expect(Math.abs(Number((await invoke(cloud, 'later')).payload) - cloud.clock.now())).toBeLessThan(5_000)
  } finally {
    await cloud.stop()
  }
})
