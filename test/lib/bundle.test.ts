import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { assetIn, functionIn, named } from '../../bin/where/trace.ts'
import { type BundledHandler, bundle, ENTRY_FILE } from '../../lib/constructs/bundle/bundle.ts'
import { bundleWithMap } from '../../lib/constructs/bundle/source-map.ts'

const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const entries = new Map(['a', 'b', 'c'].map((name) => [name, join(folder, `${name}.ts`)]))

const sources = {
  'shared.ts': 'export const shared = (text: string): string => "shared " + text\n',
  'later.ts': `export const later: string = 'later'\n`,
  'common.cjs': `const path = require('node:path')\nmodule.exports = { base: (file) => path.basename(file) }\n`,
  'a.ts': `import { shared } from './shared.ts'\nexport const handler = async () => shared((await import('./later.ts')).later)\n`,
  'b.ts': `import { shared } from './shared.ts'\nexport const handler = async () => shared('b')\n`,
  'c.ts': `import common from './common.cjs'\nconst require = 'taken'\nexport const handler = async () => common.base('/x/' + require)\n`,
}

const write = (changes: Readonly<Record<string, string>> = {}): void => {
  for (const [name, text] of Object.entries({ ...sources, ...changes })) writeFileSync(join(folder, name), text)
}
const handlerOf = (name: string): BundledHandler => bundle(folder, entries).get(name) as BundledHandler
const hashes = (): Record<string, string> =>
  Object.fromEntries([...bundle(folder, entries)].map(([name, { hash }]) => [name, hash]))

/** Runs a bundled handler in a process and a folder of its own. */
function run(name: string): string {
  const staged = join(folder, `staged-${name}`)
  mkdirSync(staged, { recursive: true })
  writeFileSync(join(staged, ENTRY_FILE), handlerOf(name).code)
  const code = `const { handler } = await import('./index.mjs'); console.log(await handler())`
  return execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: staged,
    encoding: 'utf8',
  }).trim()
}

beforeEach(() => write())

describe('the bundle of all handlers', () => {
  it('gives each function one file with what it uses, imported at once or later', () => {
    expect(run('a')).toBe('shared later')
    expect(run('b')).toBe('shared b')
  })

  it('leaves out what only another function uses of a file that both reach, through a contents page too', () => {
    write({
      'shared.ts': `${sources['shared.ts']}export const costly = () => 'costly'\n`,
      'contents.ts': `export { shared, costly } from './shared.ts'\nexport { later } from './later.ts'\n`,
      'package.json': '{ "sideEffects": false }',
      'a.ts': `import { costly, later } from './contents.ts'\nexport const handler = () => costly() + later\n`,
      'b.ts': `import { shared } from './contents.ts'\nexport const handler = () => shared('b')\n`,
    })
    const text = (name: string) => new TextDecoder().decode(handlerOf(name).code)
    expect(text('a')).toContain('costly')
    expect(text('a')).not.toContain('shared')
    expect(text('b')).not.toMatch(/costly|later/)
    rmSync(join(folder, 'package.json'))
  })

  it('is mapped by the same sources, byte for byte, so that a trace of it names their lines', () => {
    write({
      'shared.ts': `interface Long {\n  readonly text: string\n}\nexport const shared = (text: string): string => {\n  throw new Error(text)\n}\n`,
      'a.ts': `import { shared } from './shared.ts'\nexport const handler = async () => {\n  try {\n    return shared('a')\n  } catch (error) {\n    return JSON.stringify(error.stack)\n  }\n}\n`,
    })
    const trace = run('a')
    const { hash, placeOf } = bundleWithMap(folder, entries, 'a')
    expect(hash).toBe(hashes().a)
    expect(trace).toMatch(/index\.mjs:\d+:\d+/)
    for (const text of [trace, String(JSON.parse(trace))]) {
      expect(named(text, placeOf)).toContain('at shared.ts:5:9')
      expect(named(text, placeOf)).toContain('at a.ts:4:12')
      expect(named(text, placeOf)).not.toContain('index.mjs')
    }
    expect(assetIn(`at file:///x/asset.${hash}/index.mjs:1:2`)).toBe(hash)
    expect(functionIn('{"level":"ERROR","function_name":"shop-a-b"}')).toBe('shop-a-b')
  })

  it('lets CommonJS require, whatever a handler calls its own variables', () => {
    expect(run('c')).toBe('taken')
  })

  it("does not load Node's fetch client with node:http, imported at once or later, under either name", () => {
    const loaded = `process.moduleLoadList.filter((name) => name.endsWith('deps/undici/undici')).length`
    write({
      'a.ts': `import { request } from 'node:http'\nexport const handler = () => typeof request + ${loaded}\n`,
      'b.ts': `export const handler = async () => typeof (await import('http')).Agent + ${loaded}\n`,
    })
    expect([run('a'), run('b')]).toEqual(['function0', 'function0'])
  })

  it('is the same for the same source', () => {
    expect(hashes()).toEqual(hashes())
  })

  it('changes the hash of the edited function only', () => {
    const before = hashes()
    write({ 'b.ts': sources['b.ts'].replace("'b'", "'B'") })
    const after = hashes()
    expect(after.b).not.toBe(before.b)
    expect({ a: after.a, c: after.c }).toEqual({ a: before.a, c: before.c })
  })

  it('changes the hash of every function that shares the edited file', () => {
    const before = hashes()
    write({ 'shared.ts': sources['shared.ts'].replace('"shared', '"SHARED') })
    const after = hashes()
    expect(after.a).not.toBe(before.a)
    expect(after.b).not.toBe(before.b)
    expect(after.c).toBe(before.c)
  })

  it('tells every file that does not bundle', () => {
    write({ 'a.ts': `import './gone.ts'\n`, 'b.ts': `import './lost.ts'\n` })
    expect(() => hashes()).toThrow(/gone\.ts[\s\S]*lost\.ts/)
  })
})
