import { Logger as Powertools } from '@aws-lambda-powertools/logger'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HandlerLogger } from '../../messaging/index.ts'
import { Logger } from '../../messaging/runtime/logger.ts'

const context = {
  functionName: 'f',
  awsRequestId: 'r',
  invokedFunctionArn: 'arn:f',
  memoryLimitInMB: '512',
  functionVersion: '1',
  getRemainingTimeInMillis: () => 1,
}

/** The lines that are written meanwhile. */
function linesOf(write: () => void): Record<string, unknown>[] {
  const lines: string[] = []
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(...String(chunk).split('\n').filter(Boolean))
      return true
    })
  write()
  vi.restoreAllMocks()
  return lines.map((line) => JSON.parse(line))
}

const settings = ['AWS_LAMBDA_LOG_LEVEL', 'POWERTOOLS_LOG_LEVEL', 'LOG_LEVEL', '_X_AMZN_TRACE_ID'] as const
afterEach(() => {
  for (const name of settings) delete process.env[name]
})

const levelsOf = (logger: HandlerLogger) => () => {
  logger.debug('one')
  logger.info('two', { n: 2, gone: undefined, big: 3n })
  logger.warn('three', { list: [1, { a: 'b' }] })
  logger.error('four')
}

describe('a line of the log', () => {
  it.each([
    {},
    { POWERTOOLS_LOG_LEVEL: 'DEBUG' },
    { LOG_LEVEL: 'ERROR' },
    { POWERTOOLS_LOG_LEVEL: 'SILENT', AWS_LAMBDA_LOG_LEVEL: 'WARN' },
    { AWS_LAMBDA_LOG_LEVEL: 'FATAL' },
  ])('has the fields of Powertools, and its levels under %o', (environment) => {
    Object.assign(process.env, { _X_AMZN_TRACE_ID: 'Root=1-2-3;Parent=4;Sampled=1', ...environment })
    const peer = new Powertools({ serviceName: 's', persistentKeys: { consumer: 's.c' } })
    peer.addContext({ ...context, callbackWaitsForEmptyEventLoop: true } as Parameters<Powertools['addContext']>[0])
    const own = new Logger('s', { consumer: 's.c' })
    own.invoked(context)
    // Theirs counts cold starts by process.
    const ofOwn = { timestamp: expect.stringMatching(/^\d{4}-.*Z$/), cold_start: true }
    const theirs = linesOf(levelsOf(peer as HandlerLogger)).filter(
      ({ message }) => !String(message).startsWith('Current log level'),
    )
    expect(linesOf(levelsOf(own))).toEqual(theirs.map((line) => ({ ...line, ...ofOwn })))
  })

  it('can hold an error with its cause, one object twice, and a circle', () => {
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { code: 'E' })
    const one = { a: 1 }
    const circle: Record<string, unknown> = { one, same: one }
    circle.self = circle
    const [line] = linesOf(() => new Logger('s', {}).error('bad', { error, circle }))
    expect(line?.error).toMatchObject({ name: 'TypeError', message: 'outer', code: 'E', cause: { message: 'inner' } })
    expect(line?.error).toHaveProperty('stack')
    expect(line?.circle).toEqual({ one, same: one })
  })

  it('tells the first invocation of an environment from the others', () => {
    const logger = new Logger('s', {})
    const lines = linesOf(() => {
      for (let n = 0; n < 2; n++) {
        logger.invoked(context)
        logger.info('here')
      }
    })
    expect(lines.map(({ cold_start }) => cold_start)).toEqual([true, false])
  })
})
