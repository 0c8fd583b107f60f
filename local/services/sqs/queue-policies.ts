import { AwsError } from '../../errors.ts'
import type { CloudContext, PolicyDocument, PolicyStatement } from '../../service.ts'
import { parsePolicy } from '../iam/document.ts'
import { isKnownPrincipal } from '../iam/principals.ts'
import { invalidAttribute } from './errors.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const MAX_BYTES = 8_192
const MAX_STATEMENTS = 20
const MAX_ACTIONS = 7
const MAX_PRINCIPALS = 50
const MAX_CONDITIONS = 10

const countOf = (value: unknown): number => (Array.isArray(value) ? value.length : value === undefined ? 0 : 1)

const principalsOf = ({ Principal }: PolicyStatement): number =>
  typeof Principal === 'object'
    ? Object.values(Principal).reduce((sum, values) => sum + countOf(values), 0)
    : countOf(Principal)

const listed = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? [])

/** @throws InvalidAttributeValue where the policy names an AWS principal that does not exist */
export function checkPrincipals(context: CloudContext, text: string): void {
  for (const { Principal } of statementsOf(parse(text))) {
    const principals = typeof Principal === 'object' ? listed(Principal.AWS) : []
    if (!principals.every((principal) => isKnownPrincipal(context, principal))) throw invalidAttribute('Policy')
  }
}

const conditionsOf = ({ Condition = {} }: PolicyStatement): number =>
  Object.values(Condition).reduce((sum, keys) => sum + Object.keys(keys).length, 0)

export const statementsOf = ({ Statement }: PolicyDocument): readonly PolicyStatement[] =>
  'Effect' in Statement ? [Statement] : Statement

/**
 * Checks a queue's policy by IAM's rules and SQS's quotas.
 * @throws InvalidAttributeValue, OverLimit
 */
export function checkQueuePolicy(text: string): string {
  const document = parse(text)
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalidAttribute('Policy')
  const statements = statementsOf(document)
  checkQuota('Statements', statements.length, MAX_STATEMENTS)
  for (const statement of statements) {
    checkQuota('Actions', countOf(statement.Action ?? statement.NotAction), MAX_ACTIONS)
    checkQuota('Principals', principalsOf(statement), MAX_PRINCIPALS)
    checkQuota('Conditions', conditionsOf(statement), MAX_CONDITIONS)
  }
  return text
}

function parse(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource')
  } catch (error) {
    if (error instanceof AwsError) throw invalidAttribute('Policy')
    throw error
  }
}

function checkQuota(what: string, count: number, maximum: number): void {
  if (count > maximum) throw new AwsError('OverLimit', `${count} ${what} were found, maximum allowed is ${maximum}.`)
}
