import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type WatchedChange, watch } from '../../bin/watch/watch.ts'
import { createBus } from '../../messaging/index.ts'
import { freshFolder } from '../lib/example/app.ts'
import { APP, newLockFile, synthesized, versions } from '../life/app.ts'
import { Register } from '../life/v1/contracts.ts'
import { startTestCloud } from '../support/cloud.ts'

/** A source that a test may edit, in a folder that is watched. */
function editable(): { readonly folder: string; save(text: string): void } {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-watch-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'greet.ts')
  const v1 = join(import.meta.dirname, '../life/v1/greet.ts')
  const save = (text: string) => writeFileSync(file, text)
  save(`export { handler } from ${JSON.stringify(v1)}\n`)
  return { folder, save }
}

it('a saved handler runs its new code and queues keep what they hold; what does not run leaves all as it was', async () => {
  const assembly = synthesized(versions.n, newLockFile())
  const source = editable()
  const handlers = JSON.parse(readFileSync(join(assembly, 'handlers.json'), 'utf8')) as Record<string, string>
  handlers['life-mail-greet'] = relative(process.cwd(), join(source.folder, 'greet.ts'))
  writeFileSync(join(assembly, 'handlers.json'), JSON.stringify(handlers))

  const cloud = await startTestCloud()
  onTestFinished(() => cloud.stop())
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  await cloud.deploy(assembly)
  await createBus({ app: APP }).send(Register, { id: 'a', name: 'Ada Lovelace' }, { id: 'a', delay: '5m' })

  const changes: WatchedChange[] = []
  const seen: (() => void)[] = []
  const next = () => new Promise<void>((resolve) => seen.push(resolve))
  const end = watch({
    ...{
      sources: [source.folder],
      root: process.cwd(),
      assembly,
      scratch: freshFolder(),
    },
    synthesize: () => Promise.reject(new Error('the app does not synthesize')),
    deploy: (folder) => cloud.deploy(folder),
    onChange: (change) => {
      changes.push(change)
      seen.shift()?.()
    },
  })
  onTestFinished(end)

  const live = next()
  const refused = next()
  const v2 = join(import.meta.dirname, '../life/v2/greet.ts')
  source.save(`export { handler } from ${JSON.stringify(v2)}\n`)
  await live
  await refused
  expect(changes).toEqual([
    {
      kind: 'code',
      functions: expect.arrayContaining(['life-mail-greet']) as string[],
      milliseconds: expect.any(Number) as number,
    },
    { kind: 'problem', message: 'the app does not synthesize' },
  ])

  await cloud.clock.advance(10 * 60_000)
  const itemsIn = async (table: string) => {
    const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: table }))
    return Items.map((item) => unmarshall(item)).flatMap(({ item }) => (item ? [(item as { as: string }).as] : []))
  }
  expect(await itemsIn('life-people')).toEqual(['Ada Lovelace'])
  expect(await itemsIn('life-mail')).toEqual(['Lovelace, Ada'])

  const broken = next()
  source.save('export const handler = {\n')
  await broken
  expect(changes.at(-1)).toMatchObject({ kind: 'problem', message: expect.stringContaining('Handlers do not bundle') })
})
