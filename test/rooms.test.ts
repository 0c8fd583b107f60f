import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const rooms = ['bin', 'lib', 'functions', 'contracts', 'messaging', 'local', 'test', 'bench']

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly {
      readonly rule: { readonly name: string }
      readonly from: string
      readonly to: string
    }[]
  }
  readonly modules: readonly { readonly source: string }[]
}

/** Runs the room check as `npm run rooms` does, in any folder that has the rooms. */
async function cruise(folder: string): Promise<Cruise> {
  const args = [join(root, 'node_modules/.bin/depcruise'), '--config', join(root, '.dependency-cruiser.cjs')]
  const run = promisify(execFile)(process.execPath, [...args, '--output-type', 'json', ...rooms], {
    cwd: folder,
    maxBuffer: 1 << 28,
  })
  const { stdout } = await run.catch((error: { stdout: string }) => error)
  return JSON.parse(stdout) as Cruise
}

describe('rooms', () => {
  const forbidden: readonly (readonly [from: string, to: string, rule: string])[] = [
    ['bin', 'test', 'bin-imports-only-its-own'],
    ['lib', 'local', 'lib-imports-only-its-own'],
    ['functions', 'lib', 'functions-imports-only-its-own'],
    ['contracts', 'functions', 'contracts-imports-only-its-own'],
    ['messaging', 'contracts', 'messaging-imports-only-its-own'],
    ['messaging', 'local', 'messaging-imports-only-its-own'],
    ['local', 'messaging', 'local-imports-only-its-own'],
    ['local', 'test', 'local-imports-only-its-own'],
  ]
  let folder: string
  let planted: Cruise

  const write = async (path: string, text: string): Promise<void> => {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rooms-'))
    await write(
      'package.json',
      '{ "type": "module", "dependencies": { "aws-cdk-lib": "*", "@aws-sdk/client-sqs": "*" } }',
    )
    for (const name of ['aws-cdk-lib', '@aws-sdk/client-sqs']) {
      await write(`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`)
      await write(`node_modules/${name}/index.js`, 'exports.a = 1')
    }
    for (const room of rooms) await write(`${room}/index.ts`, `export const ${room}: string = '${room}'\n`)
    for (const [from, to] of forbidden) {
      await write(
        `${from}/imports-${to}.ts`,
        `import { ${to} } from '../${to}/index.ts'\nexport const it: string = ${to}\n`,
      )
    }
    await write('messaging/imports-cdk.ts', `export { a } from 'aws-cdk-lib'\n`)
    await write('contracts/imports-sdk.ts', `export { a } from '@aws-sdk/client-sqs'\n`)
    await write(
      'local/typed.ts',
      `import type { messaging } from '../messaging/index.ts'\nexport type It = typeof messaging\n`,
    )
    planted = await cruise(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const broken = (from: string): string[] =>
    planted.summary.violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name)

  it.each(forbidden)('refuses %s importing %s', (from, to, rule) => {
    expect(broken(`${from}/imports-${to}.ts`)).toEqual([rule])
  })

  it('refuses aws-cdk-lib in messaging', () => {
    expect(broken('messaging/imports-cdk.ts')).toEqual(['cdk-stays-in-lib'])
  })

  it('refuses the AWS SDK in contracts', () => {
    expect(broken('contracts/imports-sdk.ts')).toEqual(['synth-reads-no-runtime'])
  })

  it('refuses an import of a type as well', () => {
    expect(broken('local/typed.ts')).toEqual(['local-imports-only-its-own'])
  })

  it('finds no violation in this checkout, and reads every TypeScript file of the rooms', async () => {
    const { summary, modules } = await cruise(root)
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([])
    const read = new Set(modules.map((module) => module.source))
    const files = globSync(`{${rooms.join(',')}}/**/*.ts`, { cwd: root })
    expect(files.length).toBeGreaterThan(15)
    expect(files.filter((file) => !read.has(file))).toEqual([])
  })
})
