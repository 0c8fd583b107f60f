import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { variables } from '../../messaging/index.ts'

const kit = path.resolve(import.meta.dirname, '../../messaging')
const root = path.resolve(kit, '..')
const KIB = 1024

const CONTRACT = `const contract = event('orders.OrderPlaced', {
  schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }, key: () => 'k',
})`
const ENTRIES: Readonly<Record<string, string>> = {
  consumer: `import { consumer, event } from '${kit}/index.ts'
${CONTRACT}
export const handler = consumer(import.meta, { id: 'orders.note', on: contract }, () => {})`,
  endpoint: `import { endpoint } from '${kit}/index.ts'
export const handler = endpoint(import.meta, { id: 'orders.read', route: 'GET /orders' }, () => ({ status: 200 }))`,
  clients: `export { DynamoDBClient, GetItemCommand, BatchGetItemCommand, QueryCommand, PutItemCommand, UpdateItemCommand,
TransactWriteItemsCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
export { SQSClient, SendMessageCommand, ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'`,
}

let folder: string
let metafile: Metafile

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'penstock-bundle-'))
  for (const [name, source] of Object.entries(ENTRIES)) writeFileSync(path.join(folder, `${name}.ts`), source)
  const built = await build({
    entryPoints: Object.keys(ENTRIES).map((name) => path.join(folder, `${name}.ts`)),
    outdir: path.join(folder, 'out'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    nodePaths: [path.join(root, 'node_modules')],
    banner: { js: `import{createRequire as __require}from'node:module';const require=__require(import.meta.url);` },
    metafile: true,
    logLevel: 'error',
  })
  metafile = built.metafile
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Output files that an entry needs, following imports of the given kinds. */
function closure(entry: string, kinds: readonly string[]): ReadonlySet<string> {
  const start = Object.keys(metafile.outputs).find((file) => file.endsWith(`out/${entry}.mjs`)) ?? entry
  const seen = new Set<string>()
  const queue = [start]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const { path: next, kind } of metafile.outputs[file]?.imports ?? []) if (kinds.includes(kind)) queue.push(next)
  }
  return seen
}

const bytes = (files: ReadonlySet<string>): number =>
  [...files].reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0)

const packagesOf = (files: ReadonlySet<string>): string[] =>
  [...files]
    .flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}))
    .filter((input) => input.includes('node_modules'))

const EVERYTHING = ['import-statement', 'dynamic-import']

describe('a bundled consumer', () => {
  it('declares itself without the runtime or any package', () => {
    expect(packagesOf(closure('consumer', ['import-statement']))).toEqual([])
  })

  it('is at most 100 KiB larger than the SDK clients that it uses', () => {
    const extra = bytes(closure('consumer', EVERYTHING)) - bytes(closure('clients', EVERYTHING))
    expect(extra).toBeLessThan(100 * KIB)
  })

  it('carries no client of the relay or of clients outside', () => {
    const packages = packagesOf(closure('consumer', EVERYTHING))
    expect(packages.filter((input) => /client-(eventbridge|sns|ssm|s3)\//.test(input))).toEqual([])
  })

  it.each([
    ['consumer', { [variables.consumer]: 'orders.note' }],
    ['endpoint', {}],
  ])('loads the runtime of a %s in the init phase of Lambda', (name, environment) => {
    const url = pathToFileURL(path.join(folder, 'out', `${name}.mjs`)).href
    const script = `const { handler } = await import('${url}'); console.log(typeof handler)`
    const env = { ...environment, AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_REGION: 'eu-west-2' }
    // A runtime that waits for its own importer never settles: Node then ends with code 13.
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' })
    expect(output.trim()).toBe('function')
  })
})
