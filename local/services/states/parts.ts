import type { AccessCheck, Caller, CloudContext } from '../../service.ts'
import type { Execution } from './execution/execution.ts'
import type { MapRuns } from './execution/map/map-runs.ts'
import type { Activities } from './model/activities.ts'
import type { Executions } from './model/executions.ts'
import type { Machines } from './model/machines.ts'
import type { Tokens } from './model/tokens.ts'

/** What the actions and the interpreter share. */
export interface StatesParts {
  readonly context: CloudContext
  readonly machines: Machines
  readonly executions: Executions
  readonly mapRuns: MapRuns
  readonly activities: Activities
  readonly tokens: Tokens
  /** The role's session for what the execution does. @throws AwsError AccessDenied */
  assume(roleArn: string, execution: Execution): Caller
}

/** Asks for one permission on the resource that a member of the input names. */
export const on =
  <K extends string>(action: string, member: K) =>
  (input: { readonly [P in K]?: string | undefined }): readonly AccessCheck[] => [
    { action: `states:${action}`, resource: input[member] ?? '*' },
  ]

/** Permissions of actions that are about no single resource. */
export const onAnything = (action: string) => (): readonly AccessCheck[] => [
  { action: `states:${action}`, resource: '*' },
]
