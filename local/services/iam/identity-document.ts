import { malformed } from './malformed.ts'
import { operatorName } from './policy/conditions.ts'
import { resourceMisfit, unparsable } from './resource-format.ts'

/**
 * Checks a policy of an identity as IAM does, in its order and its words: what moto's contributors saw AWS answer to
 * malformed documents. A statement's own mistakes come after those of the whole document.
 * @throws AwsError MalformedPolicyDocument
 */
export function checkIdentityDocument(json: unknown, managed: boolean): void {
  const statements = syntaxOf(json)
  // A managed policy has been of the newer version since there are managed policies; inline ones are older.
  if (managed && (json as Json).Version !== '2012-10-17')
    throw malformed('Policy document must be version 2012-10-17 or greater.')
  for (const statement of statements) if ('Principal' in statement || 'NotPrincipal' in statement) throw principal()
  if (statements.some(isLegacyMisfit)) throw malformed('The policy failed legacy parsing')
  const resources = statements.flatMap(({ Resource, NotResource }) => texts(Resource ?? NotResource))
  const misfit = resources.map(resourceMisfit).find((message) => message !== undefined)
  if (misfit === undefined && resources.some(unparsable)) throw malformed('The policy failed legacy parsing')
  checkIds(statements)
  if (statements.some(({ Action, NotAction }) => texts(Action ?? NotAction).length === 0))
    throw malformed('Policy statement must contain actions.')
  for (const { Action, NotAction } of statements) for (const one of texts(Action ?? NotAction)) checkPrefaced(one)
  if (statements.some(({ Resource, NotResource }) => texts(Resource ?? NotResource).length === 0))
    throw malformed('Policy statement must contain resources.')
  if (misfit !== undefined) throw malformed(misfit)
  for (const { Action, NotAction } of statements) for (const one of texts(Action ?? NotAction)) checkAction(one)
}

type Json = Readonly<Record<string, unknown>>

const syntaxError = () => malformed('Syntax errors in policy.')
const principal = () => malformed('Policy document should not specify a principal.')
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const texts = (value: unknown): readonly string[] =>
  value === undefined ? [] : isText(value) ? [value] : (value as readonly string[])

const topElements = new Set(['Version', 'Id', 'Statement', 'Conditions'])
const elements = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
])

/** The statements of a document whose elements are known and of the right types. */
function syntaxOf(json: unknown): readonly Json[] {
  if (!isObject(json) || Object.keys(json).some((key) => !topElements.has(key))) throw syntaxError()
  const { Version, Id, Statement } = json
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') throw syntaxError()
  if (Id !== undefined && !isText(Id)) throw syntaxError()
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement]
  if (statements.length === 0 || !statements.every(isStatement)) throw syntaxError()
  return statements
}

function isStatement(statement: unknown): statement is Json {
  if (!isObject(statement) || Object.keys(statement).some((key) => !elements.has(key))) return false
  const { Sid, Effect, Condition } = statement
  const textual = (name: string) => {
    const value = statement[name]
    return value === undefined || isText(value) || (Array.isArray(value) && value.every(isText))
  }
  return (
    isText(Effect) &&
    /^(allow|deny)$/i.test(Effect) &&
    (Sid === undefined || isText(Sid)) &&
    ['Action', 'NotAction', 'Resource', 'NotResource'].every(textual) &&
    !('Action' in statement && 'NotAction' in statement) &&
    !('Resource' in statement && 'NotResource' in statement) &&
    (Condition === undefined || isCondition(Condition))
  )
}

/** An operator that does not exist passes as long as it says nothing. */
const isCondition = (condition: unknown): condition is Json =>
  isObject(condition) &&
  Object.entries(condition).every(
    ([operator, keys]) =>
      isObject(keys) &&
      (operatorName(operator) !== undefined || Object.keys(keys).length === 0) &&
      Object.values(keys).every((value) => !isObject(value)),
  )

/** Effects in another case, and dates that are none. */
const isLegacyMisfit = ({ Effect, Condition = {} }: Json): boolean =>
  (Effect !== 'Allow' && Effect !== 'Deny') ||
  Object.entries(Condition as Json).some(
    ([operator, keys]) =>
      operatorName(operator)?.name.startsWith('Date') &&
      Object.values(keys as Json)
        .flat()
        .some(isNoDate),
  )

/** ISO 8601 down to any part of it, or seconds since the epoch. */
function isNoDate(value: unknown): boolean {
  const text = String(value)
  if (/^\d+$/.test(text)) return BigInt(text) > 9_223_372_036_854_775_807n
  const date =
    /^[-]?\d+(?:-(0?[1-9]|1[0-2])(?:-(0?[1-9]|[12]\d|3[01]))?)?(?:t([01]?\d|2[0-3])?(?::[0-5]?\d(?::[0-5]?\d(?:\.\d{1,9})?(?:z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?)?z?)?$/i
  return !date.test(text)
}

function checkIds(statements: readonly Json[]): void {
  const ids = statements.flatMap(({ Sid }) => (isText(Sid) && Sid !== '' ? [Sid] : []))
  if (new Set(ids).size < ids.length) throw malformed('Statement IDs (SID) in a single policy must be unique.')
}

function checkPrefaced(action: string): void {
  if (action !== '*' && !action.includes(':'))
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
}

function checkAction(action: string): void {
  const [vendor = '', ...rest] = action.split(':')
  if (rest.length > 1) throw malformed('Actions/Condition can contain only one colon.')
  if (action !== '*' && /[^a-zA-Z0-9\-.]/.test(vendor)) throw malformed(`Vendor ${vendor} is not valid`)
}
