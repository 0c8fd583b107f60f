import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runCommand } from './command-line.ts'

/** The first 10,000 rows of UCI "Online Retail", where the machine has them; a file of the same format otherwise. */
const file = process.env.ORDERS ?? fileURLToPath(new URL('../../shared/data/online-retail-10k.csv', import.meta.url))

if (!existsSync(file))
  process.stdout.write(`skipped: there is no ${file}; name a file of the format with ORDERS=FILE\n`)
else {
  const { output, exitCode } = await runCommand(['start', '--port', '0', '--exit', '--orders', file], /settled in/)
  const pace = /^.*settled in.*$/m.exec(output)?.[0]
  process.stdout.write(`${pace ?? output}\n`)
  if (exitCode !== 0) process.exitCode = 1
}
