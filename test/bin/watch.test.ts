import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { expect, it, onTestFinished, vi } from 'vitest'
import { watchFolders } from '../../bin/watch/folders.ts'
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

  const codeOf = async (FunctionName: string) =>
    (await cloud.client(LambdaClient).send(new GetFunctionCommand({ FunctionName }))).Configuration?.CodeSha256
  const before = await codeOf('life-mail-greet')
  let refuse = (_: Error): void => undefined
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
    synthesize: () =>
      new Promise((_, reject) => {
        refuse = reject
      }),
    deploy: (folder) => cloud.deploy(folder),
    onChange: (change) => {
      changes.push(change)
      seen.shift()?.()
    },
  })
  onTestFinished(end)

  const live = next()
  const v2 = join(import.meta.dirname, '../life/v2/greet.ts')
  source.save(`export { handler } from ${JSON.stringify(v2)}\n`)
  await live
  expect(changes).toEqual([
    {
      kind: 'code',
      functions: expect.arrayContaining(['life-mail-greet']) as string[],
      milliseconds: expect.any(Number) as number,
    },
  ])

  await cloud.clock.advance(10 * 60_000)
  const itemsIn = async (table: string) => {
    const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: table }))
    return Items.map((item) => unmarshall(item)).flatMap(({ item }) => (item ? [(item as { as: string }).as] : []))
  }
  expect(await itemsIn('life-people')).toEqual(['Ada Lovelace'])
  expect(await itemsIn('life-mail')).toEqual(['Lovelace, Ada'])

  const refused = next()
  refuse(new Error('the app does not synthesize'))
  await refused
  expect(changes.at(-1)).toEqual({ kind: 'problem', message: 'the app does not synthesize' })
  expect(await codeOf('life-mail-greet')).toBe(before)

  const broken = next()
  source.save('export const handler = {\n')
  await broken
  expect(changes.at(-1)).toMatchObject({ kind: 'problem', message: expect.stringContaining('Handlers do not bundle') })
})

it('a source that is mended to what runs is told of, too', async () => {
  const source = editable()
  const assembly = freshFolder()
  const greet = relative(process.cwd(), join(source.folder, 'greet.ts'))
  writeFileSync(join(assembly, 'handlers.json'), JSON.stringify({ greet }))
  const heard: ((kind: string) => void)[] = []
  const next = () => new Promise<string>((resolve) => heard.push(resolve))
  const end = watch({
    ...{ sources: [source.folder], root: process.cwd(), assembly, scratch: freshFolder() },
    synthesize: async () => {},
    deploy: async () => [],
    onChange: ({ kind }) => heard.shift()?.(kind),
  })
  onTestFinished(end)
  const broken = next()
  source.save('export const handler = {\n')
  expect(await broken).toBe('problem')
  const mended = next()
  source.save('export const handler = {}\n')
  expect(await mended).toBe('mended')
})

it('a folder is watched whatever way its files are saved, and so are folders that come later', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-watch-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'a.ts')
  writeFileSync(file, '0')
  const paths: string[] = []
  let heard = (_: string): void => undefined
  const end = watchFolders([folder], (path) => {
    paths.push(relative(folder, path))
    heard(relative(folder, path))
  })
  onTestFinished(end)
  let count = 0
  /** Paths of which a change tells: all that come before a file that is written after it. */
  const change = async (make: () => void): Promise<readonly string[]> => {
    const mark = `mark-${++count}`
    const marked = new Promise<void>((resolve) => {
      heard = (path) => (path === mark ? resolve() : undefined)
    })
    paths.length = 0
    make()
    writeFileSync(join(folder, mark), '')
    await marked
    return [...paths]
  }
  const replace = (text: string) => {
    writeFileSync(`${file}~`, text)
    renameSync(`${file}~`, file)
  }
  const later = join(folder, 'later')
  expect(await change(() => replace('1'))).toContain('a.ts')
  expect(await change(() => replace('2'))).toContain('a.ts')
  expect(await change(() => writeFileSync(file, '3'))).toContain('a.ts')
  expect(await change(() => mkdirSync(later))).toContain('later')
  expect(await change(() => writeFileSync(join(later, 'b.ts'), '4'))).toContain('later/b.ts')
  expect(await change(() => rmSync(later, { recursive: true }))).toContain('later')
  expect(await change(() => mkdirSync(later))).toContain('later')
  expect(await change(() => writeFileSync(join(later, 'b.ts'), '5'))).toContain('later/b.ts')
})
