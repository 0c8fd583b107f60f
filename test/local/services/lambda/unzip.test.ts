import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { AwsError } from '../../../../local/errors.ts'
import { unzip } from '../../../../local/services/lambda/model/unzip.ts'
import { zip } from './support/zip.ts'

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('writes the files of an archive, in folders of their own', () => {
  const folder = newFolder()
  unzip(zip({ 'a.mjs': 'one', 'b/c/d.mjs': 'two', 'e.txt': '' }), folder)
  expect(['a.mjs', 'b/c/d.mjs', 'e.txt'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
    'one',
    'two',
    '',
  ])
})

test('refuses names that lead out of the folder', () => {
  const folder = newFolder()
  for (const name of ['../escaped', '/tmp/escaped', 'a/../../escaped'])
    expect(() => unzip(zip({ [name]: 'x' }), folder)).toThrow('Could not unzip')
  expect(existsSync(join(folder, '..', 'escaped'))).toBe(false)
})

test("a damaged archive is refused in Lambda's words, whatever is wrong with it", () => {
  const folder = newFolder()
  const whole = zip({ 'index.mjs': 'export const handler = 1', 'b/c.mjs': 'x'.repeat(300) })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.nat(whole.length),
      (changes, cut) => {
        const bytes = Uint8Array.from(whole.subarray(0, changes.length % 2 === 0 ? cut : whole.length))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        try {
          unzip(bytes, folder)
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError)
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  )
})
