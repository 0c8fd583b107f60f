import type { LifecycleRule } from '@aws-sdk/client-s3'
import { NotSimulated } from '../../../errors.ts'
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts'

/** A rule of a bucket: objects under the prefix expire so many days after they were written. */
export interface ExpirationRule {
  readonly id: string
  readonly prefix: string
  readonly days: number
  readonly enabled: boolean
}

const DAY = 86_400_000
const honoured = new Set(['ID', 'Status', 'Prefix', 'Filter', 'Expiration'])

/**
 * Reads a bucket's lifecycle.
 * @throws AwsError NotSimulated for all but expiration by days and prefix; MalformedXML, InvalidArgument, InvalidRequest
 */
export function readRules(rules: readonly LifecycleRule[], newId: () => string): ExpirationRule[] {
  if (rules.length === 0 || rules.length > 1000) throw malformedXml()
  const read = rules.map((rule) => readRule(rule, newId))
  if (new Set(read.map(({ id }) => id)).size < read.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', '')
  return read
}

function readRule(rule: LifecycleRule, newId: () => string): ExpirationRule {
  const wayOut = 'A rule here has Expiration.Days, and Filter.Prefix or no filter.'
  const other = Object.keys(rule).find((name) => !honoured.has(name) && rule[name as keyof LifecycleRule] !== undefined)
  if (other !== undefined) throw new NotSimulated(`${other} in a lifecycle rule of S3`, wayOut)
  const { Expiration = {}, Filter = {}, Status, ID } = rule
  if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml()
  for (const name of Object.keys(Expiration))
    if (name !== 'Days') throw new NotSimulated(`Expiration.${name} in a lifecycle rule of S3`, wayOut)
  for (const name of Object.keys(Filter))
    if (name !== 'Prefix') throw new NotSimulated(`Filter.${name} in a lifecycle rule of S3`, wayOut)
  const { Days } = Expiration
  if (Days === undefined) throw invalidRequest('At least one action needs to be specified in a rule.')
  if (!Number.isInteger(Days) || Days <= 0)
    throw invalidArgument("'Days' for Expiration action must be a positive integer", 'Days', String(Days))
  if (ID !== undefined && ID.length > 255)
    throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', ID)
  return { id: ID || newId(), prefix: Filter.Prefix ?? rule.Prefix ?? '', days: Days, enabled: Status === 'Enabled' }
}

/**
 * When an object expires and by which rule. Days count from the write and end at the next midnight UTC
 * (S3 user guide, "Lifecycle configuration elements": created at 10:30 on the 15th with 3 days, gone at 0:00 on the 19th).
 */
export function expiryOf(
  rules: readonly ExpirationRule[],
  key: string,
  lastModified: number,
): { at: number; rule: string } | undefined {
  let first: { at: number; rule: string } | undefined
  for (const { id, prefix, days, enabled } of rules) {
    if (!enabled || !key.startsWith(prefix)) continue
    const at = (Math.floor((lastModified + days * DAY) / DAY) + 1) * DAY
    if (first === undefined || at < first.at) first = { at, rule: id }
  }
  return first
}
