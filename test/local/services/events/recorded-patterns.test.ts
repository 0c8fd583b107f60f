import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, fieldsOfText, PatternError } from '../../../../local/services/events/pattern/index.ts'

interface RecordedCase {
  readonly name: string
  readonly event: string
  readonly pattern: string
  readonly expect: 'match' | 'nomatch' | 'error'
  readonly error?: { readonly message: string; readonly messageRaw?: string }
}

const file = new URL('../../../../../shared/corpora/event-patterns.json', import.meta.url)
const recorded: RecordedCase[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []

function answer({ pattern, event }: RecordedCase): string {
  try {
    return compile(pattern).matches(fieldsOfText(event)) ? 'match' : 'nomatch'
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

describe.skipIf(recorded.length === 0)('patterns answer as AWS was recorded to', () => {
  it.each(recorded.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    if (one.expect !== 'error') return expect(answer(one)).toBe(one.expect)
    const text = `Event pattern is not valid. Reason: ${answer(one)}`
    if (one.error?.message === 'Parameter Event is not valid.') return expect(() => fieldsOfText(one.event)).toThrow()
    const wanted = one.error?.messageRaw ?? one.error?.message
    // The recording hides regions and partitions of the quoted pattern.
    if (wanted?.includes('<partition>')) expect(text).toContain(one.error?.message)
    else expect(text).toBe(wanted)
  })
})
