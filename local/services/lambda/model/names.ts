import { AwsError } from '../../../errors.ts'

/** A function as a caller names it: by name, by partial or full ARN, with or without a qualifier. */
export interface FunctionName {
  readonly name: string
  readonly qualifier: string | undefined
  /** Where the name is a full ARN. */
  readonly region: string | undefined
  readonly account: string | undefined
}

const pattern =
  /^(?:arn:aws[a-zA-Z-]*:lambda:(?<region>[a-z0-9-]+):(?<account>\d{12}):function:|(?<partial>\d{12}):function:|function:)?(?<name>[a-zA-Z0-9_-]{1,64})(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]{1,128}))?$/

/** @throws AwsError ValidationException, InvalidParameterValueException where two qualifiers contradict each other */
export function parseFunctionName(value: string | undefined, qualifier?: string): FunctionName {
  const groups = value === undefined ? undefined : pattern.exec(value)?.groups
  if (!groups?.name)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${value ?? ''}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
      { status: 400 },
    )
  if (groups.qualifier !== undefined && qualifier !== undefined && groups.qualifier !== qualifier)
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    )
  return {
    name: groups.name,
    qualifier: groups.qualifier ?? qualifier,
    region: groups.region,
    account: groups.account ?? groups.partial,
  }
}
