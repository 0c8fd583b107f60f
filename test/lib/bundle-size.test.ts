import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'
import { shopAssembly } from '../e2e/running-shop.ts'

const KIB = 1024
const root = resolve(import.meta.dirname, '../..')

const CLIENTS = `export { DynamoDBClient, GetItemCommand, BatchGetItemCommand, QueryCommand, PutItemCommand, UpdateItemCommand,
TransactWriteItemsCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
export { SQSClient, SendMessageCommand, ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'`

/** KiB of the SDK clients that a handler of the kit uses, bundled by themselves as esbuild's documentation has it. */
function clientsAlone(): number {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'))
  writeFileSync(join(folder, 'clients.ts'), CLIENTS)
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'clients.ts')],
    nodePaths: [join(root, 'node_modules')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
  })
  rmSync(folder, { recursive: true })
  return (outputFiles[0]?.contents.byteLength ?? 0) / KIB
}

interface Manifest {
  readonly files: Record<string, { readonly source: { readonly path: string }; readonly displayName?: string }>
}

/** KiB of each function of the shop as it is deployed. */
async function sizes(): Promise<ReadonlyMap<string, number>> {
  const assembly = await shopAssembly()
  const manifests = readdirSync(assembly).filter((name) => name.endsWith('.assets.json'))
  const files = manifests.flatMap((name) =>
    Object.values((JSON.parse(readFileSync(join(assembly, name), 'utf8')) as Manifest).files),
  )
  const folders = files.filter(({ displayName }) => displayName?.endsWith(' code'))
  return new Map(
    folders.map(({ displayName = '', source: { path } }) => {
      const names = readdirSync(join(assembly, path))
      return [
        displayName.replace(/ code$/, ''),
        names.reduce((sum, name) => sum + statSync(join(assembly, path, name)).size, 0) / KIB,
      ]
    }),
  )
}

it('F64: a function of the shop is at most 100 KiB larger than the SDK clients that it uses alone', async () => {
  const alone = clientsAlone()
  const all = await sizes()
  expect(all.size).toBeGreaterThan(30)
  // None is near that: with all that it carries the largest is hardly larger than two clients bundled plainly.
  const large = [...all].filter(([, size]) => size > alone + 100)
  expect(large).toEqual([])
  expect(all.get('shop-loyalty-earn-points')).toBeLessThan(alone)
})
