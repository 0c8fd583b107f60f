import type { PolicyDocument, PolicyStatement } from '../../local/service.ts'
import type { Policy } from './policies.ts'

/** One action on one resource, as far as one value of a condition's list goes, that a statement allows. */
export interface Grant {
  readonly policy: Policy
  /** Position of the statement in its policy. */
  readonly index: number
  readonly action: string
  /** `undefined` in a trust policy, which is about its own role. */
  readonly resource: string | undefined
  /** A value of a condition that names several. */
  readonly value?: ConditionValue
}

interface ConditionValue {
  readonly operator: string
  readonly key: string
  readonly value: string
}

export function grantsOf(policy: Policy): readonly Grant[] {
  return statementsOf(policy.document).flatMap((statement, index) => {
    if (statement.Effect !== 'Allow') return []
    const values = listedValues(statement)
    return many(statement.Action).flatMap((action) =>
      resourcesOf(statement).flatMap((resource): Grant[] => {
        const grant = { policy, index, action, resource }
        return values.length === 0 ? [grant] : values.map((value) => ({ ...grant, value }))
      }),
    )
  })
}

/** The grant's policy, allowing all that it allows but this. */
export function without({ policy, index, action, resource, value }: Grant): PolicyDocument {
  const statements = statementsOf(policy.document)
  const statement = statements[index] as PolicyStatement
  const actions = many(statement.Action).filter((other) => other !== action)
  const resources = many(statement.Resource).filter((other) => other !== resource)
  const rest = [
    ...(actions.length > 0 ? [{ ...statement, Action: actions }] : []),
    ...(resources.length > 0 ? [{ ...statement, Action: action, Resource: resources }] : []),
    ...(value
      ? [narrowed({ ...statement, Action: action, ...(resource !== undefined && { Resource: resource }) }, value)]
      : []),
  ]
  return { ...policy.document, Statement: [...statements.slice(0, index), ...rest, ...statements.slice(index + 1)] }
}

/** `shop-orders-place-order: DeadLetter: sqs:SendMessage on shop-orders-place-order-dlq` */
export function grantText({ policy, index, action, resource, value }: Grant): string {
  const statement = statementsOf(policy.document)[index]
  const values = value ? [value.value] : keysOf(statement)
  const sid = statement?.Sid && values.length === 0 ? ` ${statement.Sid}:` : ''
  const on = resource === undefined || resource === policy.of ? '' : ` on ${nameIn(resource)}`
  return `${policy.holder}:${sid} ${action}${on}${values.length > 0 ? ` for ${values.map(nameIn).join(', ')}` : ''}`
}

/** Which items of a table. */
const keysOf = (statement: PolicyStatement | undefined): readonly string[] =>
  many(statement?.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'])

const statementsOf = ({ Statement }: PolicyDocument): readonly PolicyStatement[] =>
  'Effect' in Statement ? [Statement] : Statement

const many = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

const resourcesOf = ({ Resource }: PolicyStatement): readonly (string | undefined)[] =>
  Resource === undefined ? [undefined] : many(Resource)

/** Each value of a list is a grant of its own. Where the operator is a negated one a value takes away, and gives nothing. */
function listedValues({ Condition = {} }: PolicyStatement): ConditionValue[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    operator.includes('Not')
      ? []
      : Object.entries(keys).flatMap(([key, values]) =>
          typeof values === 'string' || values.length < 2 ? [] : values.map((value) => ({ operator, key, value })),
        ),
  )
}

function narrowed(statement: PolicyStatement, { operator, key, value }: ConditionValue): PolicyStatement {
  const keys = statement.Condition?.[operator] ?? {}
  const values = many(keys[key]).filter((other) => other !== value)
  return { ...statement, Condition: { ...statement.Condition, [operator]: { ...keys, [key]: values } } }
}

/** What stands last in an ARN; anything else as it is. */
const nameIn = (text: string): string => (text.startsWith('arn:') ? text.split(':').slice(5).join(':') : text)
