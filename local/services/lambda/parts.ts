import type { AccessCheck } from '../../service.ts'
import type { AsyncInvocations } from './invoke/async.ts'
import type { CodeStore } from './model/code.ts'
import { checkFunctionName } from './model/names.ts'
import type { Fleet } from './runtime/fleet.ts'
import type { Mappings } from './sources/mappings.ts'
import type { SourceParts } from './sources/source.ts'

/** What the actions share. */
export interface LambdaParts extends SourceParts {
  readonly code: CodeStore
  readonly fleet: Fleet
  readonly async: AsyncInvocations
  readonly mappings: Mappings
}

interface NamesFunction {
  readonly FunctionName?: string | undefined
  readonly Qualifier?: string | undefined
}

/** Asks for one permission on the function, with the qualifier where one is given. */
export const onFunction =
  (parts: LambdaParts, action: string) =>
  (input: NamesFunction): readonly AccessCheck[] => {
    checkFunctionName(action, input.FunctionName, input.Qualifier)
    const { name, qualifier } = parts.functions.named(input.FunctionName, input.Qualifier)
    return [{ action: `lambda:${action}`, resource: parts.functions.arnOf(name, qualifier) }]
  }

/** Permissions of actions that are about no single function. */
export const onAnything = (action: string) => (): readonly AccessCheck[] => [
  { action: `lambda:${action}`, resource: '*' },
]
