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
