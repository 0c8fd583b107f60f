import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const path = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))

/** Where a function was thrown depends on where the checkout is. */
const withoutHash = (text: string) => text.replaceAll(/\b[0-9a-f]{12}\b/g, '(hash)')

it('the example of failures prints what the pages on retries, dead letters and order say', {
  timeout: 60_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [path('examples/failures/run.ts')])
  const pages = ['retries', 'dead-letters', 'order']
    .map((page) => readFileSync(path(`guide/${page}.md`), 'utf8'))
    .join('\n')
  for (const line of withoutHash(stdout).trimEnd().split('\n')) expect(withoutHash(pages)).toContain(line)
})
