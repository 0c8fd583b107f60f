import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthIfChanged } from '../../lib/constructs/synth-if-changed.ts'
import { freshFolder } from './example/app.ts'

const repository = resolve(import.meta.dirname, '../..')
const root = freshFolder()
const outdir = join(root, 'cdk.out')
const edited = join(root, 'functions/orders/place-order.ts')
const run = promisify(execFile)

/** Templates and assets of an assembly by their text: what is deployed. */
const contents = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((file) => file.endsWith('.template.json') || file.endsWith('.assets.json') || file.endsWith('.mjs'))
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  )

// A copy, so that sources can be edited.
beforeAll(() => {
  for (const part of [
    'bin/app.ts',
    'lib',
    'functions',
    'contracts',
    'messaging',
    'cdk.json',
    'package.json',
    'package-lock.json',
    'penstock.lock.json',
  ]) {
    mkdirSync(join(root, part, '..'), { recursive: true })
    cpSync(join(repository, part), join(root, part), { recursive: true })
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const synth = (context = {}): Promise<boolean> => synthIfChanged(outdir, { root, context })

describe('synth', () => {
  it('gives the same bytes inside and outside of an npm script, without an AWS account, but for what was edited', async () => {
    const PATH = (process.env.PATH ?? '')
      .split(':')
      .filter((folder) => !folder.includes('node_modules'))
      .join(':')
    const outside = join(root, 'outside')
    const cdk = ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--output', outside]
    await run('node', cdk, { cwd: root, env: { PATH, HOME: root, AWS_EC2_METADATA_DISABLED: 'true' } })
    writeFileSync(edited, `${readFileSync(edited, 'utf8')}\nglobalThis.name = 'edited'\n`)
    expect(await synth()).toBe(true)
    const before = contents(outside)
    const after = contents(outdir)
    expect(after.size).toBe(before.size)
    const templates = (name: string) => name.endsWith('.template.json')
    const changed = [...after.keys()].filter((name) => after.get(name) !== before.get(name))
    expect(changed.filter(templates)).toEqual(['shop-orders.template.json'])
    // Its bundle has another name, and the stack's list of assets another entry.
    expect(changed.filter((name) => !templates(name)).map((name) => name.replace(/\.\w{64}/, ''))).toEqual([
      'asset/index.mjs',
      'shop-orders.assets.json',
    ])
  }, 60_000)

  it('is skipped until something changes', async () => {
    utimesSync(edited, new Date(), new Date())
    expect(await synth()).toBe(false)
  }, 60_000)

  it('follows another context', async () => {
    expect(await synth({ app: 'second' })).toBe(true)
    expect(readdirSync(outdir)).toContain('second-routes.template.json')
    expect(readdirSync(outdir)).not.toContain('shop-routes.template.json')
  }, 60_000)

  it('tells why an app does not synthesize, and leaves the assembly as it was', async () => {
    const before = contents(outdir)
    writeFileSync(edited, 'export const handler = 1\n')
    await expect(synth({ app: 'second' })).rejects.toThrow(/does not synthesize:[\s\S]*no handler of the kit/)
    expect(contents(outdir)).toEqual(before)
  }, 60_000)
})
