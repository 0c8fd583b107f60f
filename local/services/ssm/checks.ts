import type { PutParameterCommandInput } from '@aws-sdk/client-ssm'
import { AwsError } from '../../errors.ts'

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message)

/** A required member. */
export function required<T>(value: T | undefined, member: string): T {
  if (value !== undefined) return value
  const name = member.charAt(0).toLowerCase() + member.slice(1)
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  )
}

/** @throws AwsError ValidationException, HierarchyLevelLimitExceededException */
export function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name))
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive), except global parameters. If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    )
  if (name.includes('/') && !name.startsWith('/'))
    throw invalid(`Parameter name must be a fully qualified name: ${name} has a slash, so it must begin with one`)
  const first = name.replace(/^\//, '').split('/')[0] ?? ''
  if (/^(aws|ssm)/i.test(first))
    throw /^aws/i.test(first)
      ? new AwsError('AccessDeniedException', 'No access to reserved parameter name: aws.')
      : invalid('Parameter name: can\'t be prefixed with "ssm" (case-insensitive).')
  if (name.split('/').length > 16)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      'Parameter name must be a fully qualified name with at most 15 levels',
    )
}

/** @throws AwsError ValidationException, ParameterPatternMismatchException */
export function checkValue({ Value, Type, Tier, AllowedPattern }: PutParameterCommandInput): string {
  const value = required(Value, 'Value')
  if (value === '')
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    )
  if (Type === 'StringList' && value.split(',').some((element) => element === ''))
    throw invalid('Parameter value, cannot be empty in a StringList')
  const bytes = Buffer.byteLength(value)
  if (bytes > 8192) throw invalid('Advanced tier parameters support a maximum parameter value of 8192 characters.')
  if (bytes > 4096 && (Tier ?? 'Standard') === 'Standard')
    throw invalid(
      'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
    )
  if (AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(value))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern}`,
    )
  return value
}
