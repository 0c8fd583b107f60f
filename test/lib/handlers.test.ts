import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Imports every handler in a process without environment, and prints the packages that were loaded. */
const probe = `
import { registerHooks } from 'node:module'
const packages = new Set()
registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? []
    if (name) packages.add(name)
    return next(url, context)
  },
})
for (const file of process.argv.slice(1)) await import(file)
console.log(JSON.stringify([...packages].sort()))
`

it('importing every handler needs no environment and loads no runtime', () => {
  const files = globSync('functions/**/*.ts', { cwd: root })
    .map((file) => resolve(root, file))
    .filter((file) => /^export const handler = (consumer|worker|endpoint|sagaStep)\(/m.test(readFileSync(file, 'utf8')))
  expect(files.length).toBeGreaterThan(10)
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', probe, ...files], {
    cwd: root,
    env: {},
  })
  expect(JSON.parse(output.toString())).toEqual(['zod'])
})
