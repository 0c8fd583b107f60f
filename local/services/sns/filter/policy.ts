import { compile, MAX_NESTING, type Matcher, nestingOf, PatternError } from '../../events/pattern/index.ts'
import type { FilterScope, SubscriptionFilter } from '../topic.ts'

const REDACTED = '[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)'
const COMBINATIONS = 150
const KEYS = 5

/** Why a filter policy is refused. */
export class FilterRefusal extends Error {
  override readonly name = 'FilterRefusal'
}

/** @throws FilterRefusal in SNS's words */
export function compileFilter(text: string, scope: FilterScope): SubscriptionFilter {
  const policy = parsed('FilterPolicy', text)
  if (!isObject(policy)) throw new FilterRefusal(`FilterPolicy: ${compileError(text)}`)
  if (scope === 'MessageAttributes' && isNested(policy))
    throw new FilterRefusal('Filter policy scope MessageAttributes does not support nested filter policy')
  const matcher = compiled(text)
  checkLimits(policy, matcher)
  return {
    text,
    matches: (message) => {
      // A body that is not JSON fits no filter.
      const fields = scope === 'MessageAttributes' ? message.attributes : message.body
      return fields !== undefined && matcher.matches(fields)
    },
  }
}

/** A policy's JSON, whatever it is. @throws FilterRefusal in the words of AWS's reader */
export function parsed(name: string, text: string): unknown {
  try {
    const policy: unknown = JSON.parse(text)
    if (nestingOf(text) <= MAX_NESTING) return policy
  } catch {
    // The reader below says what is wrong, in SNS's words.
  }
  // Texts have line breaks, so the source that is told goes on until its line and column.
  const reason = compileError(text).replaceAll(
    /\[Source: [\s\S]*?; line: (?=\d+, column: \d+\])/g,
    `${REDACTED}; line: `,
  )
  throw new FilterRefusal(`${name}: failed to parse JSON. ${reason}`)
}

function compileError(text: string): string {
  if (text.trim() === '') return `No content to map due to end-of-input\n at ${REDACTED}; line: 1, column: 0]`
  try {
    compile(text, 'sns')
    return 'Unexpected end-of-input'
  } catch (error) {
    return (error as Error).message
  }
}

function compiled(text: string): Matcher {
  try {
    return compile(text, 'sns')
  } catch (error) {
    if (error instanceof PatternError) throw new FilterRefusal(`FilterPolicy: ${error.message}`)
    throw error
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value of the policy is an object of further names; what `$or` lists does not nest. */
function isNested(policy: Record<string, unknown>): boolean {
  return Object.entries(policy).some(([name, value]) =>
    name === '$or' && Array.isArray(value)
      ? value.some((branch) => isObject(branch) && isNested(branch))
      : isObject(value) && !Object.values(value).every((inner) => !Array.isArray(inner) && !isObject(inner)),
  )
}

/**
 * The combinations of a policy's values, each array counted as often as its name is deep, over all branches of `$or`;
 * and its number of names, of which only the outermost count.
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
function checkLimits(policy: Record<string, unknown>, { branches }: Matcher): void {
  const combinations = branches
    .map((branch) =>
      [...branch].reduce((product, [path, { elements }]) => product * elements * depthOf(policy, path), 1),
    )
    .reduce((sum, product) => sum + product, 0)
  if (combinations > COMBINATIONS) throw new FilterRefusal('FilterPolicy: Filter policy is too complex')
  if (namesOf(policy).size > KEYS) throw new FilterRefusal('FilterPolicy: Filter policy can not have more than 5 keys')
}

function namesOf(policy: Record<string, unknown>): Set<string> {
  const names = new Set<string>()
  for (const [name, value] of Object.entries(policy))
    if (name === '$or' && Array.isArray(value))
      for (const branch of value.filter(isObject)) for (const inner of namesOf(branch)) names.add(inner)
    else names.add(name)
  return names
}

/** How many names lead to the array at the path; a name may itself have dots. */
function depthOf(policy: Record<string, unknown>, path: string): number {
  for (const [name, value] of Object.entries(policy)) {
    if (name === '$or' && Array.isArray(value)) {
      for (const branch of value.filter(isObject)) {
        const depth = depthOf(branch, path)
        if (depth > 0) return depth
      }
    } else if (name === path && Array.isArray(value)) return 1
    else if (isObject(value) && path.startsWith(`${name}.`)) {
      const depth = depthOf(value, path.slice(name.length + 1))
      if (depth > 0) return depth + 1
    }
  }
  return 0
}
