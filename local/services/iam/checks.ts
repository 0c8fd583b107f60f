import { AwsError } from '../../errors.ts'
import { type PolicyKind, parsePolicy } from './document.ts'
import type { StoredPolicy } from './model.ts'

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message, { status: 400 })

/** A member that breaks a constraint; IAM no longer repeats its value (recorded by LocalStack, February 2026). */
export const violation = (member: string, rule: string): AwsError =>
  validationError(`1 validation error detected: Value at '${member}' failed to satisfy constraint: ${rule}`)

/** The ARN of a managed policy, of the account or of AWS. */
export const isPolicyArn = (arn: string): boolean => /^arn:aws[\w-]*:iam::(?:\d{12}|aws):policy\/.+$/.test(arn)

/** A required member. */
export function required(value: string | undefined, member: string): string {
  if (value !== undefined) return value
  const name = member.charAt(0).toLowerCase() + member.slice(1)
  throw validationError(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  )
}

/** A role's or policy's name. */
export function checkName(value: string | undefined, member: string, maxLength: number): string {
  const name = required(value, member)
  const at = `at '${member.charAt(0).toLowerCase() + member.slice(1)}' failed to satisfy constraint`
  if (name.length < 1 || name.length > maxLength)
    throw validationError(
      `1 validation error detected: Value '${name}' ${at}: Member must have length less than or equal to ${maxLength}`,
    )
  if (!/^[\w+=,.@-]+$/.test(name))
    throw validationError(
      `The specified value for ${member.charAt(0).toLowerCase() + member.slice(1)} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    )
  return name
}

export function checkPath(path = '/'): string {
  if (!/^\/([\x21-\x7e]+\/)?$/.test(path))
    throw validationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    )
  return path
}

export function stored(text: string | undefined, member: string, kind: PolicyKind): StoredPolicy {
  const given = required(text, member)
  return { text: given, document: parsePolicy(given, kind) }
}

/** IAM answers policy documents percent-encoded (RFC 3986). */
export const encoded = ({ text }: StoredPolicy): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** One page of a list: `Marker` is the position of the next element. */
export function page<T>(
  elements: readonly T[],
  { Marker, MaxItems }: { Marker?: string | undefined; MaxItems?: number | undefined },
): { page: T[]; IsTruncated: boolean; Marker?: string } {
  const from = Marker === undefined ? 0 : Number(Marker)
  if (!Number.isInteger(from)) throw validationError('Invalid Marker.')
  const to = from + (MaxItems ?? 100)
  const more = to < elements.length
  return { page: elements.slice(from, to), IsTruncated: more, ...(more ? { Marker: String(to) } : {}) }
}
