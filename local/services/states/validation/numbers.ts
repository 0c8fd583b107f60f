import type { QueryLanguage } from '../language/definition.ts'
import type { JsonObject } from '../language/json.ts'
import { expressionOf } from '../language/jsonata/evaluate.ts'
import type { Diagnostics } from './diagnostics.ts'

/** Bounds of a number; a whole one unless it is said to have fractions. */
interface Bounds {
  readonly least?: number
  readonly most?: number
  readonly fractions?: true
}

const LONGEST = 99_999_999

const ofStates: Readonly<Record<string, Bounds>> = {
  TimeoutSeconds: { least: 1, most: LONGEST },
  HeartbeatSeconds: { least: 1, most: LONGEST },
  Seconds: { least: 0, most: LONGEST },
  MaxConcurrency: { least: 0 },
  ToleratedFailureCount: { least: 0 },
  ToleratedFailurePercentage: { least: 0, most: 100, fractions: true },
}

const ofRetriers: Readonly<Record<string, Bounds>> = {
  IntervalSeconds: { least: 0, most: LONGEST },
  MaxAttempts: { least: 0, most: LONGEST },
  BackoffRate: { least: 1, fractions: true },
  MaxDelaySeconds: { least: 1, most: 31_622_400 },
}

/** A JSONata state may compute its numbers. */
export function validateNumbers(
  state: JsonObject,
  language: QueryLanguage,
  at: string,
  diagnostics: Diagnostics,
): void {
  validate(state, ofStates, at, diagnostics, (value) => language === 'JSONata' && expressionOf(value) !== undefined)
}

export const validateRetrierNumbers = (retrier: JsonObject, at: string, diagnostics: Diagnostics): void =>
  validate(retrier, ofRetriers, at, diagnostics, () => false)

function validate(
  object: JsonObject,
  rules: Readonly<Record<string, Bounds>>,
  at: string,
  diagnostics: Diagnostics,
  computed: (text: string) => boolean,
): void {
  for (const [field, bounds] of Object.entries(rules)) {
    const value = object[field]
    if (value === undefined || (typeof value === 'string' && computed(value))) continue
    const wrong = breach(value, bounds)
    if (wrong !== undefined) diagnostics.schema(`${at}/${field}`, wrong)
  }
}

function breach(value: unknown, { least = Number.NEGATIVE_INFINITY, most, fractions }: Bounds): string | undefined {
  if (typeof value !== 'number' || !(fractions || Number.isInteger(value)))
    return `Expected value of type ${fractions ? 'Number' : 'Integer'}`
  if (value < least) return `Minimum value is ${least}`
  return value > (most ?? Number.POSITIVE_INFINITY) ? `Maximum value is ${most}` : undefined
}
