import type { ContextEntry, EvaluationResult, Statement } from '@aws-sdk/client-iam'
import type { Caller, PolicyDocument } from '../../service.ts'
import { decide, type Question } from './evaluate.ts'
import type { StoredPolicy } from './model.ts'
import { compile } from './policy/compile.ts'
import { statementSpans } from './policy/positions.ts'
import { RequestContext } from './policy/request-context.ts'

/** A policy with the id under which a simulation tells of it. */
export interface Source extends StoredPolicy {
  readonly id: string
}

/** What a simulation asks, of each action and resource. */
export interface Simulation {
  readonly identity: readonly Source[]
  readonly boundary: readonly Source[]
  readonly resourcePolicy: Source | undefined
  readonly caller: Caller
  readonly account: string
  readonly entries: readonly ContextEntry[]
}

/** Asks each action on each resource, as a request with just these context keys would. */
export const simulate = (simulation: Simulation, actions: readonly string[], resources: readonly string[]) =>
  actions.flatMap((action) => resources.map((resource) => judge(simulation, action, resource)))

function judge(simulation: Simulation, action: string, resource: string): EvaluationResult {
  const { identity, boundary, resourcePolicy, caller, account, entries } = simulation
  const context = Object.fromEntries(
    entries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [ContextKeyName, ContextKeyValues]),
  )
  const question: Question = {
    ...{ caller, account, action, resource, context },
    identityPolicies: identity.map(({ document }) => document),
    resourcePolicy: resourcePolicy?.document,
    boundary: together(boundary),
  }
  const matching = matches(question, [...identity, ...(resourcePolicy ? [resourcePolicy] : []), ...boundary])
  const { allowed } = decide(question)
  const denied = matching.some(({ effect }) => effect === 'denies')
  const decisive = matching.filter(
    ({ effect, source }) => denied === (effect === 'denies') && !boundary.includes(source),
  )
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: allowed ? 'allowed' : denied ? 'explicitDeny' : 'implicitDeny',
    MatchedStatements: decisive.map(told),
    MissingContextValues: missing(simulation, context),
    ...(boundary.length > 0 && {
      PermissionsBoundaryDecisionDetail: {
        AllowedByPermissionsBoundary:
          matching.some(({ source, effect }) => boundary.includes(source) && effect === 'allows') &&
          !matching.some(({ source, effect }) => boundary.includes(source) && effect === 'denies'),
      },
    }),
  }
}

interface Match {
  readonly source: Source
  readonly index: number
  readonly effect: 'allows' | 'denies'
}

function matches(question: Question, sources: readonly Source[]): Match[] {
  const context = new RequestContext(question)
  const { action, resource, caller, account } = question
  return sources.flatMap((source) =>
    (['denies', 'allows'] as const).flatMap((effect) =>
      compile(source.document)
        [effect].filter((one) => one.principal?.(caller, account) !== undefined || one.principal === undefined)
        .filter((one) => one.applies(action, resource, context))
        .map(({ index }): Match => ({ source, index, effect })),
    ),
  )
}

const told = ({ source, index }: Match): Statement => ({
  SourcePolicyId: source.id,
  // AWS's answers have this text, which its model does not name.
  SourcePolicyType: 'IAM Policy' as 'none',
  ...statementSpans(source.text)[index],
})

/** One document of several: what one of them allows is allowed. */
const together = (sources: readonly Source[]): PolicyDocument | undefined =>
  sources.length === 0
    ? undefined
    : { Version: '2012-10-17', Statement: sources.flatMap(({ document }) => document.Statement) }

/** Keys that conditions and variables name and the simulation was not given. */
function missing({ identity, boundary, resourcePolicy }: Simulation, context: object): string[] {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()))
  const sources = [...identity, ...boundary, ...(resourcePolicy ? [resourcePolicy] : [])]
  const keys = sources.flatMap(({ document, text }) => [
    ...[document.Statement]
      .flat()
      .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((condition) => Object.keys(condition))),
    ...[...text.matchAll(/\$\{([A-Za-z][\w-]*:[^},]+)/g)].map(([, key = '']) => key),
  ])
  return [...new Set(keys)].filter((key) => !given.has(key.toLowerCase()))
}
