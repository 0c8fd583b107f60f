import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

/** What tsc, under the project's own settings, says of a file. */
async function tscOn(source: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'penstock-types-'))
  const file = path.join(folder, 'handler.ts')
  const project = path.join(folder, 'tsconfig.json')
  writeFileSync(file, source)
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
  const compilerOptions = { typeRoots: [path.join(root, 'node_modules/@types')] }
  writeFileSync(
    project,
    JSON.stringify({ extends: path.join(root, 'tsconfig.json'), compilerOptions, include: [file] }),
  )
  const compiler = path.join(root, 'node_modules/.bin/tsc')
  try {
    await promisify(execFile)(compiler, ['-p', project])
    return ''
  } catch (error) {
    return (error as { stdout: string }).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

it('an undeclared publish, send or ordered event is refused with words that say what to do', async () => {
  const said = await tscOn(`
import { command, consumer, event } from '${root}/messaging/index.ts'
const schema = { '~standard': { version: 1 as const, vendor: 'x', validate: (value: unknown) => ({ value: value as { id: string } }) } }
const key = (data: { id: string }) => data.id
const Placed = event('orders.OrderPlaced', { schema, key })
const Shipped = event('orders.OrderShipped', { schema, key })
const Opened = event('orders.OrderOpened', { schema, key, ordered: true })
const Ship = command('orders.Ship', { schema, key })
const Stop = command('orders.Stop', { schema, key })
consumer(import.meta, { id: 'orders.x', on: Placed, publishes: [Placed, Opened], sends: [Ship] }, (_, unit) => {
  unit.publish(Placed, { id: '1' })
  unit.send(Ship, { id: '1' })
  unit.publish(Shipped, { id: '1' })
  unit.send(Stop, { id: '1' })
  unit.publish(Opened, { id: '1' })
})
`)
  expect(said.match(/handler\.ts\(\d+/g)).toEqual(['handler.ts(13', 'handler.ts(14', 'handler.ts(15'])
  expect(said).toContain("'error: not in `publishes` of this consumer'")
  expect(said).toContain("'error: not in `sends` of this consumer'")
  expect(said).toContain("'error: an ordered event is published by appending it to its aggregate'")
})
