import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

/** Where Node would look for a package that `owner` needs: its own node_modules, then each one above it. */
function* lookups(owner: string, name: string): Generator<string> {
  for (let at = owner; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    yield at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (at === '') return
    if (!at.includes('/node_modules/')) at = ''
  }
}

const missing = (packages: typeof lock.packages): string[] =>
  Object.entries(packages).flatMap(([owner, locked]) =>
    Object.keys(locked.optionalDependencies ?? {})
      .filter((name) => ![...lookups(owner, name)].some((path) => path in packages))
      .map((name) => `${name}, named by ${owner}`),
  )

describe('package-lock.json', () => {
  // A registry without some platform's package lets `npm install` succeed and the next `npm ci` fail.
  it('has an entry for every optional dependency that it names', () => {
    expect(missing(lock.packages)).toEqual([])
  })

  it('would be refused without the entry of a platform package', () => {
    const { 'node_modules/@biomejs/cli-linux-x64': removed, ...rest } = lock.packages
    expect(removed).toBeDefined()
    expect(missing(rest)).toContain('@biomejs/cli-linux-x64, named by node_modules/@biomejs/biome')
  })
})
