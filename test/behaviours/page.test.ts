import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { numbered, pageOf, proofsOf } from './page.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/behaviours.md', import.meta.url)), 'utf8')

describe('the page of behaviours', () => {
  it('has a passing test, or a reason, for each number (else: npm run behaviours)', () => {
    expect(page).not.toMatch(/\| (no test|FAILS) \|$/m)
    for (const service of Object.keys(numbered)) expect(page).toContain(`## ${service}\n`)
  })

  it('reads number and rule from a test name, also several numbers', () => {
    expect(proofsOf('queues SQS 4: a rule', true)).toEqual([
      { service: 'SQS', number: 4, rule: 'a rule', passes: true },
    ])
    expect(proofsOf('Step Functions 5, 6: two rules', false).map(({ number, passes }) => [number, passes])).toEqual([
      [5, false],
      [6, false],
    ])
    expect(proofsOf('a test without a number', true)).toEqual([])
  })

  it('tells what has no test and what fails', () => {
    const made = pageOf([{ service: 'SQS', number: 1, rule: 'a rule', passes: false }])
    expect(made).toContain('| 1 | a rule | FAILS |')
    expect(made).toContain('| 2 |  | no test |')
  })
})
