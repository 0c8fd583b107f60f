import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const example = (name: string) => fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url))

it('the example of a timeout in no time prints what the guide says', async () => {
  const { stdout } = await run(process.execPath, [example('a-timeout-in-no-time.ts')])
  expect(stdout).toBe('after 14:59: 0 messages\nafter 15:00: pay now\n')
})

it('the example of an order that nobody pays prints what became of each', async () => {
  const { stdout } = await run(process.execPath, [example('unpaid-order/run.ts')])
  expect(stdout).toBe(
    'forgotten: cancelled, due 2026-01-01T00:30:01.000Z\npaid: paid, asked 2026-01-02T00:10:01.000Z\n',
  )
})
