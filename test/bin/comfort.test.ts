import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { didYouMean } from '../../bin/did-you-mean.ts'
import { HEADER } from '../../bin/feed/row.ts'
import { mendable, useLocalEndpoint } from '../../bin/local-endpoint.ts'
import { readInvoices } from '../../bin/start/run-orders.ts'
import { tellWaits, waitedFor } from '../../bin/start/waits.ts'
import { Terminal } from '../../bin/terminal.ts'
import { Clock } from '../../local/kernel/clock.ts'

const program = fileURLToPath(new URL('../../bin/penstock.ts', import.meta.url))

function captured(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 40 })
  return { terminal: new Terminal(stream as never), text: () => String(stream.read() ?? '') }
}

describe('a run that is silent', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('says after two seconds what it waits for, in a log ever more rarely', () => {
    const { terminal, text } = captured(false)
    const clock = new Clock('manual', 0)
    const end = tellWaits(terminal, clock)
    clock.lease('lambda shop-orders-relay')
    vi.advanceTimersByTime(1_900)
    expect(text()).toBe('')
    vi.advanceTimersByTime(30_000)
    expect(text()).toBe('waiting for shop-orders-relay\n'.repeat(4))
    end()
    vi.advanceTimersByTime(60_000)
    expect(text()).toBe('')
  })

  it('overwrites what it said on a terminal, within its width', () => {
    const { terminal, text } = captured(true)
    terminal.status('x'.repeat(100))
    terminal.line('done')
    expect(stripVTControlCharacters(text())).toBe(`\r${'x'.repeat(39)}\rdone\n`)
  })

  it('names the busiest functions, else the next timer that it waits for', () => {
    const clock = new Clock('manual', 0)
    expect(waitedFor(clock)).toBe('requests that are under way')
    clock.after(1_000, 'a sweep', () => {}, { background: true })
    clock.after(12_000, 'sqs visibility shop-a', () => {})
    expect(waitedFor(clock)).toBe('sqs visibility shop-a, in 12 s')
    for (const name of ['a', 'b', 'b', 'c', 'd']) clock.lease(`lambda ${name}`)
    expect(waitedFor(clock)).toBe('b (2), a, c and 1 more')
  })
})

it('a name that is nearly right is answered with the right one', () => {
  const known = ['orders.place-order', 'orders.OrderPlaced']
  expect(didYouMean('orders.place-oder', known)).toBe(' Did you mean orders.place-order?')
  expect(didYouMean('orders.orderplaced', known)).toBe(' Did you mean orders.OrderPlaced?')
  expect(didYouMean('something else', known)).toBe('')
  expect(didYouMean('x', [])).toBe('')
})

describe('who cannot be reached is told with a way out', () => {
  it.each([
    ['getaddrinfo ENOTFOUND nix.invalid', /is not found .* Is /],
    ['Region is missing', /^No region: set AWS_REGION/],
    ['Could not load credentials from any providers', /^No AWS credentials.*Set AWS_PROFILE/],
  ])('%s', (message, expected) => {
    expect(mendable(new Error(message))).toMatch(expected)
  })

  it('an endpoint without a scheme, before anything is asked of it', () => {
    expect(() => useLocalEndpoint('localhost:4566')).toThrow(/which is no URL\. Write it as http:\/\/localhost:4566/)
  })
})

it('a file without an order is refused, with the reason: nothing lost of nothing would look well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orders-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'orders.csv')
  writeFileSync(file, `${HEADER.join(',')}\r\n`)
  await expect(readInvoices(file)).rejects.toThrow(/has no order: nothing stands beneath its header/)
  writeFileSync(file, `${HEADER.join(',')}\n536365,85123A,X\n`)
  await expect(readInvoices(file)).rejects.toThrow(/none of its 1 rows can be read; line 2: has 3 fields/)
})

it('a reader that goes away (| head) ends a command without a word', async () => {
  const child = spawn(process.execPath, [program, 'cloud', '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const code = await new Promise((resolve) => child.on('exit', resolve))
  expect([code, String(Buffer.concat(errors))]).toEqual([141, ''])
})
