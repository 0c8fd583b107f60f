import { invalidPattern } from './errors.ts'
import { compile, type Matcher, PatternError, wildcardComplexity } from './pattern/index.ts'

/** How many beginnings of wildcard patterns one value may fit at once; AWS was seen to accept 9 and to refuse 11. */
const COMPLEXITY_LIMIT = 10

/** @throws AwsError InvalidEventPatternException */
export function compilePattern(pattern: string): Matcher {
  const matcher = compiled(pattern)
  if (wildcardComplexity(matcher, COMPLEXITY_LIMIT) >= COMPLEXITY_LIMIT)
    throw invalidPattern(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    )
  return matcher
}

function compiled(pattern: string): Matcher {
  try {
    return compile(pattern)
  } catch (error) {
    if (error instanceof PatternError) throw invalidPattern(error.message)
    throw error
  }
}
