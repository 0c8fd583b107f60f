import type { PolicyDocument } from '../../service.ts'
import { checkIdentityDocument } from './identity-document.ts'
import { malformed } from './malformed.ts'
import { operatorName } from './policy/conditions.ts'

/**
 * `identity`: no principal; `managed`: the same in a policy of its own; `resource`: a principal and a resource; `trust`: a
 * principal and no resource.
 */
export type PolicyKind = 'identity' | 'managed' | 'resource' | 'trust'

const elements = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
])

type Json = Readonly<Record<string, unknown>>

/**
 * Reads and checks a policy's JSON. The answer is one object per call: keep it, its compiled form hangs on it.
 * @throws AwsError MalformedPolicyDocument, which services with another code of their own map
 */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // Recorded for trust policies by LocalStack, February 2026.
    throw malformed(kind === 'trust' ? 'This policy contains invalid Json' : 'Syntax errors in policy.')
  }
  if (kind === 'identity' || kind === 'managed') checkIdentityDocument(json, kind === 'managed')
  else checkOwned(json, kind)
  return json as PolicyDocument
}

/** The policy of a resource or a role, which says whom it is for. What is missing or unknown is worded as users' logs show it. */
function checkOwned(json: unknown, kind: 'resource' | 'trust'): void {
  if (!isObject(json)) throw malformed('Syntax errors in policy.')
  checkFields(json, topElements)
  if (json.Version !== undefined && json.Version !== '2012-10-17' && json.Version !== '2008-10-17')
    throw malformed('The policy must contain a valid version string')
  if (json.Statement === undefined) throw missing('Statement')
  const statements = Array.isArray(json.Statement) ? json.Statement : [json.Statement]
  if (statements.length === 0) throw malformed('Syntax errors in policy.')
  for (const statement of statements) checkStatement(statement, kind)
}

const topElements = new Set(['Version', 'Id', 'Statement'])

const missing = (field: string) => malformed(`Missing required field ${field}`)

function checkFields(given: Json, known: ReadonlySet<string>): void {
  const unknown = Object.keys(given).find((key) => !known.has(key))
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`)
}

function checkStatement(statement: unknown, kind: 'resource' | 'trust'): void {
  if (!isObject(statement)) throw malformed('Syntax errors in policy.')
  checkFields(statement, elements)
  if (statement.Effect === undefined) throw missing('Effect')
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw malformed(`Invalid effect: ${String(statement.Effect)}. An effect is Allow or Deny.`)
  if (!('Principal' in statement) && !('NotPrincipal' in statement)) throw missing('Principal')
  if (!oneOf(statement, 'Action', 'NotAction')) throw missing('Action')
  for (const action of texts(statement.Action ?? statement.NotAction))
    if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action))
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  if (kind === 'trust' && ('Resource' in statement || 'NotResource' in statement))
    throw malformed('Has prohibited field Resource')
  if (kind === 'trust' && !texts(statement.Action ?? []).every(isTrustAction))
    throw malformed('AssumeRole policy may only specify STS AssumeRole actions.')
  if (kind !== 'trust' && !oneOf(statement, 'Resource', 'NotResource')) throw missing('Resource')
  checkConditions(statement.Condition)
}

const trustActions = new Set(
  [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'TagSession',
    'SetSourceIdentity',
    'SetContext',
  ].map((name) => `sts:${name.toLowerCase()}`),
)

/** Of patterns AWS's rule is not recorded: they pass. */
const isTrustAction = (action: string): boolean => /[*?]/.test(action) || trustActions.has(action.toLowerCase())

function checkConditions(conditions: unknown): void {
  if (conditions === undefined) return
  if (!isObject(conditions)) throw malformed('Syntax errors in policy.')
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!operatorName(operator)) throw malformed(`Invalid Condition type : ${operator}.`)
    if (!isObject(keys)) throw malformed('Syntax errors in policy.')
    for (const key of Object.keys(keys))
      if (!/^[A-Za-z0-9-]+:/.test(key))
        throw malformed(`Condition key ${key} must be prefaced by a vendor, such as aws: or sqs:.`)
  }
}

const oneOf = (statement: Json, name: string, not: string): boolean =>
  name in statement !== not in statement && texts(statement[name] ?? statement[not]).length > 0

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
