const metacharacters = /[.+^${}()|[\]\\]/g

/** Compiles a policy pattern, where `*` stands for any characters (colons and slashes too) and `?` for one. */
export function glob(pattern: string, ignoreCase = false): (value: string) => boolean {
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern
  const fold = ignoreCase ? (value: string) => value.toLowerCase() : (value: string) => value
  if (wanted === '*') return () => true
  if (!/[*?]/.test(wanted)) return (value) => fold(value) === wanted
  const head = wanted.slice(0, -1)
  if (wanted.endsWith('*') && !/[*?]/.test(head)) return (value) => fold(value).startsWith(head)
  const source = wanted.replace(metacharacters, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.')
  const regex = new RegExp(`^${source}$`, 's')
  return (value) => regex.test(fold(value))
}

/**
 * Compiles an ARN pattern of the ARN condition operators: each of the six colon-separated parts is matched for itself
 * (IAM user guide, "Amazon Resource Name (ARN) condition operators").
 */
export function arnGlob(pattern: string): (value: string) => boolean {
  const parts = splitArn(pattern)
  if (!parts) return () => false
  const matchers = parts.map((part) => glob(part))
  return (value) => {
    const given = splitArn(value)
    return given !== undefined && matchers.every((matches, index) => matches(given[index] ?? ''))
  }
}

/** The six parts of an ARN, the last with all its colons. */
function splitArn(arn: string): string[] | undefined {
  const parts = arn.split(':')
  if (parts.length < 6) return undefined
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}
