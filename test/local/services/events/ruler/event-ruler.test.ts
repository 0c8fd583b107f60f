import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile, fieldsOfText, PatternError } from '../../../../../local/services/events/pattern/index.ts'
import { type Case, cases } from './cases.ts'

/**
 * AWS's own matcher as a development tool: set EVENT_RULER_CLASSPATH to the jars of software.amazon.event.ruler:event-ruler and of
 * the Jackson libraries it names (`mvn dependency:get`, `dependency:build-classpath`). Absent, nothing is compared.
 */
const classpath = process.env.EVENT_RULER_CLASSPATH
const COUNT = Number(process.env.EVENT_RULER_CASES ?? 10_000)
const SEED = Number(process.env.EVENT_RULER_SEED ?? 20_261_121)

function ours({ pattern, event }: Case): string {
  try {
    return compile(pattern).matches(fieldsOfText(event)) ? 'match' : 'nomatch'
  } catch (error) {
    if (error instanceof PatternError) return `error ${error.message.split('\n')[0]}`
    throw error
  }
}

function theirs(asked: readonly Case[]): string[] {
  const source = fileURLToPath(new URL('Answers.java', import.meta.url))
  const input = asked.map((one) => JSON.stringify(one)).join('\n')
  const output = execFileSync('java', ['-cp', classpath ?? '', source], { input, maxBuffer: 1 << 28 })
  return output.toString().trimEnd().split('\n')
}

/** Of several bad wildcards in one list AWS names the one that its hash set gives first: which one is not compared. */
const compared = (answer: string | undefined): string | undefined =>
  answer?.replace(
    /^error (Consecutive wildcard characters|Invalid escape character) at pos \d+$/,
    'error in a wildcard',
  )

describe.skipIf(!classpath)('event-ruler', () => {
  it(`agrees on ${COUNT} generated patterns and events`, { timeout: 120_000 }, () => {
    const asked = cases(COUNT, SEED)
    const answers = theirs(asked)
    expect(answers).toHaveLength(asked.length)
    const differences = asked
      .map((one, index) => ({ ...one, theirs: answers[index], ours: ours(one) }))
      .filter((one) => compared(one.theirs) !== compared(one.ours))
    expect(differences.slice(0, 20)).toEqual([])
  })
})
