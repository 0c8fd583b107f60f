import { AwsError } from '../../../errors.ts'
import { violationOf, violations } from './constraints.ts'

/** A function as a caller names it: by name, by partial or full ARN, with or without a qualifier. */
export interface FunctionName {
  readonly name: string
  readonly qualifier: string | undefined
  /** Where the name is a full ARN. */
  readonly region: string | undefined
  readonly account: string | undefined
}

const pattern =
  /^(?:arn:aws[a-zA-Z-]*:lambda:(?<region>[a-z0-9-]+):(?<account>\d{12}):function:|(?<partial>\d{12}):function:|function:)?(?<name>[a-zA-Z0-9-_]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]{1,128}))?$/

const spelled = (name: string, version: string): string =>
  `(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?(${name})(:(${version}|[a-zA-Z0-9-_]+))?`

const newNames = spelled('[a-zA-Z0-9-_]+', '\\$LATEST')
const oldNames = spelled('[a-zA-Z0-9-_\\.]+', '\\$LATEST(\\.PUBLISHED)?')

/** Actions that take the names of functions alone, as the API's model has it; the others know older names, and longer ones. */
const newNamed = new Set([
  'CreateFunction',
  'UpdateFunctionConfiguration',
  'UpdateFunctionCode',
  'PublishVersion',
  'CreateAlias',
  'UpdateAlias',
  'GetAlias',
  'ListAliases',
  'DeleteAlias',
  'PutFunctionConcurrency',
  'GetFunctionConcurrency',
  'DeleteFunctionConcurrency',
])
const LONGEST_BARE = 64
/** Actions whose qualifier is told with the name. */
const qualified = new Set(['DeleteFunction', 'GetFunction', 'InvokeFunction'])

/** The longest name, of a full ARN as well (recorded by LocalStack's tests). */
function longestName(action: string, value: string): number {
  if (action === 'CreateFunction' && !value.includes(':')) return LONGEST_BARE
  return newNamed.has(action) || action === 'DeleteFunction' ? 140 : 170
}

/** @throws AwsError ValidationException that tells all that is wrong */
export function checkFunctionName(action: string, value: string | undefined, given?: string): void {
  if (value === undefined)
    throw violations(["Value null at 'functionName' failed to satisfy constraint: Member must not be null"])
  const qualifier = qualified.has(action) ? given : undefined
  const allowed = newNamed.has(action) ? newNames : oldNames
  const most = longestName(action, value)
  const wrong: string[] = []
  const must = (member: string, told: string, rule: string) => wrong.push(violationOf(member, told, rule))
  if (!pattern.test(value)) must('functionName', value, `satisfy regular expression pattern: ${allowed}`)
  if (value.length > most && (wrong.length === 0 || action === 'CreateFunction'))
    must('functionName', value, `have length less than or equal to ${most}`)
  if (qualifier !== undefined && qualifier.length > 128)
    must('qualifier', qualifier, 'have length less than or equal to 128')
  if (qualifier !== undefined && !/^(\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+)$/.test(qualifier))
    must('qualifier', qualifier, 'satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+')
  if (wrong.length > 0) throw violations(wrong)
}

/** @throws AwsError ValidationException, InvalidParameterValueException where two qualifiers contradict each other */
export function parseFunctionName(value: string | undefined, qualifier?: string): FunctionName {
  const groups = value === undefined ? undefined : pattern.exec(value)?.groups
  if (!groups?.name)
    throw violations([violationOf('functionName', value ?? '', `satisfy regular expression pattern: ${newNames}`)])
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
