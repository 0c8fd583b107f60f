import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'ports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Messages of the lint for one file of `local/`. */
function lint(path: string, source: string): string {
  const file = join(folder, path)
  mkdirSync(resolve(file, '..'), { recursive: true })
  writeFileSync(file, source)
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
  cpSync(join(root, '.lint'), join(folder, '.lint'), { recursive: true })
  try {
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
    return execFileSync(process.execPath, [biome, 'lint', '--reporter=github', '--vcs-enabled=false', file], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

describe('the lint keeps time and randomness in local/kernel/platform.ts', () => {
  it.each([
    'Date.now()',
    'new Date()',
    'Math.random()',
    'performance.now()',
    'crypto.randomUUID()',
    'setTimeout(() => {}, 1)',
    'setInterval(() => {}, 1)',
  ])('refuses %s in a local service', (use) => {
    expect(lint('local/services/sqs/model.ts', `export const it = ${use}\n`)).toMatch(
      /(Time|Randomness) is a port|Do not use/i,
    )
  })

  it('refuses an import of randomUUID', () => {
    const source = `import { randomUUID } from 'node:crypto'\nexport const it = randomUUID()\n`
    expect(lint('local/services/sqs/model.ts', source)).toMatch(/Randomness is a port/)
  })

  it('allows a Date made of the kernel clock, and everything in platform.ts', () => {
    expect(lint('local/services/sqs/model.ts', 'export const it = (now: number) => new Date(now)\n')).not.toMatch(
      /error/,
    )
    expect(lint('local/kernel/platform.ts', 'export const it = () => Date.now()\n')).not.toMatch(/error/)
  })
})
