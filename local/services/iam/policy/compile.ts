import type { PolicyDocument, PolicyStatement } from '../../../service.ts'
import { type Condition, condition } from './conditions.ts'
import { glob } from './glob.ts'
import { notPrincipal, type PrincipalMatcher, principal } from './principals.ts'
import type { RequestContext } from './request-context.ts'
import { expand, template } from './variables.ts'

/** A policy ready to be asked. */
export interface CompiledPolicy {
  readonly allows: readonly CompiledStatement[]
  readonly denies: readonly CompiledStatement[]
}

export interface CompiledStatement {
  /** Its place in the document. */
  readonly index: number
  /** Absent in an identity policy. */
  readonly principal: PrincipalMatcher | undefined
  /** Whether action, resource and every condition match. */
  applies(action: string, resource: string, context: RequestContext): boolean
}

const compiled = new WeakMap<PolicyDocument, CompiledPolicy>()

/** Compiles a policy once for as long as the document object lives: hand over the same object each time. */
export function compile(document: PolicyDocument): CompiledPolicy {
  let policy = compiled.get(document)
  if (!policy) {
    const variables = document.Version === '2012-10-17'
    const statements = 'Effect' in document.Statement ? [document.Statement] : document.Statement
    const of = (effect: string) =>
      statements.flatMap((statement, index) =>
        statement.Effect === effect ? [{ ...compileStatement(statement, variables), index }] : [],
      )
    policy = { allows: of('Allow'), denies: of('Deny') }
    compiled.set(document, policy)
  }
  return policy
}

function compileStatement(statement: PolicyStatement, variables: boolean): Omit<CompiledStatement, 'index'> {
  const actions = actionMatcher(statement)
  const resources = resourceMatcher(statement, variables)
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]): Condition => condition(operator, key, texts(values), variables)),
  )
  return {
    principal: statement.Principal
      ? principal(statement.Principal)
      : statement.NotPrincipal && notPrincipal(statement.NotPrincipal),
    applies: (action, resource, context) =>
      actions(action) && resources(resource, context) && conditions.every((holds) => holds(context)),
  }
}

/** JSON policies may hold booleans and numbers where IAM reads strings. */
const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)

function actionMatcher({ Action, NotAction }: PolicyStatement): (action: string) => boolean {
  const matchers = texts(Action ?? NotAction).map((pattern) => glob(pattern, true))
  const named = (action: string): boolean => matchers.some((matches) => matches(action))
  return Action === undefined ? (action) => !named(action) : named
}

/** A trust policy has no `Resource`: it stands for the role itself. */
function resourceMatcher(
  { Resource, NotResource }: PolicyStatement,
  variables: boolean,
): (resource: string, context: RequestContext) => boolean {
  if (Resource === undefined && NotResource === undefined) return () => true
  const matchers = texts(Resource ?? NotResource).map((pattern) => resourcePattern(pattern, variables))
  const named = (resource: string, context: RequestContext): boolean =>
    matchers.some((matches) => matches(resource, context))
  return Resource === undefined ? (resource, context) => !named(resource, context) : named
}

function resourcePattern(pattern: string, variables: boolean): (resource: string, context: RequestContext) => boolean {
  const text = template(pattern, variables)
  if (text.constant) return glob(pattern)
  return (resource, context) => {
    const expanded = expand(text, context)
    return expanded !== undefined && glob(expanded)(resource)
  }
}
