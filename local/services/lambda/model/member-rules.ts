import { type Violation, violationOf, violations } from './constraints.ts'

/** What Lambda's model says of a member, whatever the function. */
interface MemberRule {
  readonly required?: true
  readonly least?: number
  readonly most?: number
  readonly pattern?: string
}

type Rules = Readonly<Record<string, MemberRule>>

const arn =
  'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)'
const deadLetterOrKey = '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()'
const version: MemberRule = { least: 1, most: 1024, pattern: '(\\$LATEST(\\.PUBLISHED)?|[0-9]+)' }
const aliasName: MemberRule = { required: true, least: 1, most: 128, pattern: '(?!^[0-9]+$)([a-zA-Z0-9-_]+)' }
const qualifier: MemberRule = { least: 1, most: 128, pattern: '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+' }

const place: Rules = {
  S3Bucket: { least: 3, most: 63, pattern: '[0-9A-Za-z\\.\\-_]*(?<!\\.)' },
  S3Key: { least: 1, most: 1024 },
}
const configuration: Rules = {
  Description: { most: 256 },
  Handler: { most: 128, pattern: '[^\\s]+' },
  Role: { pattern: 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+' },
  'DeadLetterConfig.TargetArn': { pattern: deadLetterOrKey },
  'LoggingConfig.LogGroup': { least: 1, most: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' },
  KMSKeyArn: { pattern: deadLetterOrKey },
}
/** As recorded by LocalStack's validated tests, November 2023. */
const destination: MemberRule = {
  most: 350,
  pattern: '^$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)',
}
const destinations: Rules = {
  'DestinationConfig.OnSuccess.Destination': destination,
  'DestinationConfig.OnFailure.Destination': destination,
}
const asynchronous: Rules = {
  ...destinations,
  Qualifier: qualifier,
  MaximumRetryAttempts: { least: 0, most: 2 },
  MaximumEventAgeInSeconds: { least: 60, most: 21_600 },
}
const mapping: Rules = {
  ...destinations,
  BatchSize: { least: 1, most: 10_000 },
  MaximumBatchingWindowInSeconds: { least: 0, most: 300 },
  ParallelizationFactor: { least: 1, most: 10 },
  MaximumRetryAttempts: { least: -1, most: 10_000 },
  MaximumRecordAgeInSeconds: { least: -1, most: 604_800 },
  TumblingWindowInSeconds: { least: 0, most: 900 },
  'ScalingConfig.MaximumConcurrency': { least: 2, most: 1000 },
  KMSKeyArn: { pattern: deadLetterOrKey },
}

/**
 * By action and member. The API's model is where the limits come from, and Lambda's words quote it (each pattern that was
 * recorded is the model's). What depends on the caller or the runtime, and lists and maps, are checked where they are read.
 */
const rules: Readonly<Record<string, Rules>> = {
  CreateFunction: {
    ...configuration,
    Code: { required: true },
    Role: { ...configuration.Role, required: true },
    'Code.S3Bucket': place.S3Bucket as MemberRule,
    'Code.S3Key': place.S3Key as MemberRule,
  },
  UpdateFunctionConfiguration: configuration,
  UpdateFunctionCode: place,
  GetFunctionConfiguration: { Qualifier: qualifier },
  PublishVersion: { Description: { most: 256 } },
  CreateAlias: { Name: aliasName, FunctionVersion: { ...version, required: true }, Description: { most: 256 } },
  UpdateAlias: { Name: aliasName, FunctionVersion: version, Description: { most: 256 } },
  GetAlias: { Name: aliasName },
  DeleteAlias: { Name: aliasName },
  ListAliases: { FunctionVersion: version },
  AddPermission: {
    StatementId: { required: true, least: 1, most: 100, pattern: '([a-zA-Z0-9-_]+)' },
    Action: { required: true, pattern: '(lambda:[*]|lambda:[a-zA-Z]+|[*])' },
    Principal: { required: true, pattern: '[^\\s]+' },
    SourceArn: { pattern: arn },
    SourceAccount: { most: 12, pattern: '\\d{12}' },
    EventSourceToken: { most: 256, pattern: '[a-zA-Z0-9._\\-]+' },
    PrincipalOrgID: { least: 12, most: 34, pattern: 'o-[a-z0-9]{10,32}' },
  },
  RemovePermission: { StatementId: { required: true, least: 1, most: 100, pattern: '([a-zA-Z0-9-_.]+)' } },
  PutFunctionConcurrency: { ReservedConcurrentExecutions: { required: true, least: 0 } },
  PutFunctionEventInvokeConfig: asynchronous,
  UpdateFunctionEventInvokeConfig: asynchronous,
  GetFunctionEventInvokeConfig: { Qualifier: qualifier },
  DeleteFunctionEventInvokeConfig: { Qualifier: qualifier },
  ListFunctionEventInvokeConfigs: { MaxItems: { least: 1, most: 50 } },
  CreateEventSourceMapping: { ...mapping, EventSourceArn: { pattern: arn } },
  UpdateEventSourceMapping: mapping,
  ListEventSourceMappings: { EventSourceArn: { pattern: arn } },
  PutRuntimeManagementConfig: { Qualifier: qualifier },
  GetRuntimeManagementConfig: { Qualifier: qualifier },
}

/** @throws AwsError ValidationException that tells all that is wrong */
export function checkMembers(action: string, input: object): void {
  const broken = Object.entries(rules[action] ?? {}).flatMap(([path, rule]) =>
    brokenBy(path, rule, valueAt(input, path)),
  )
  if (broken.length > 0) throw violations(broken)
}

function brokenBy(path: string, rule: MemberRule, value: unknown): Violation[] {
  const member = path
    .split('.')
    .map((name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`)
    .join('.')
  if (value === undefined || value === null)
    return rule.required ? [`Value null at '${member}' failed to satisfy constraint: Member must not be null`] : []
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, pattern } = rule
  const [size, measure] = typeof value === 'string' ? [value.length, 'length'] : [Number(value), 'value']
  const broken: Violation[] = []
  if (pattern !== undefined && !compiled(pattern).test(String(value)))
    broken.push(violationOf(member, value, `satisfy regular expression pattern: ${pattern}`))
  if (size > most) broken.push(violationOf(member, value, `have ${measure} less than or equal to ${most}`))
  if (size < least) broken.push(violationOf(member, value, `have ${measure} greater than or equal to ${least}`))
  return broken
}

const valueAt = (input: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], input)

const expressions = new Map<string, RegExp>()

function compiled(pattern: string): RegExp {
  const known = expressions.get(pattern)
  if (known) return known
  const made = new RegExp(`^(?:${pattern})$`)
  expressions.set(pattern, made)
  return made
}
