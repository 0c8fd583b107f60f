import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { trim } from '../../../../local/services/lambda/runtime/compile-cache.ts'

const folder = mkdtempSync(join(tmpdir(), 'compile-cache-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('trims the cache of compiled code to its bound, in all folders of Node, the oldest first', () => {
  for (const [index, name] of ['v1/a', 'v2/b', 'v1/c', 'v2/d'].entries()) {
    const file = join(folder, name)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, Buffer.alloc(100))
    utimesSync(file, 1000 + index, 1000 + index)
  }
  trim(folder, 400)
  expect(readdirSync(folder, { recursive: true })).toHaveLength(6)
  trim(folder, 250)
  const left = ['v1/a', 'v2/b', 'v1/c', 'v2/d'].filter((name) => existsSync(join(folder, name)))
  expect(left).toEqual(['v1/c', 'v2/d'])
})

it('has nothing to do where no code was compiled yet', () => {
  expect(() => trim(join(folder, 'none'), 0)).not.toThrow()
})
