import { AssemblyError } from './error.ts'
import { resolve, type Scope } from './intrinsics.ts'
import type { Template } from './template.ts'

/**
 * Checks the template's `Rules`, such as CDK's `CheckBootstrapVersion`.
 * @throws AssemblyError with every assertion that fails
 */
export function checkRules(template: Template, scope: Scope): void {
  const failed = Object.entries(template.Rules ?? {}).flatMap(([name, { RuleCondition, Assertions }]) => {
    if (RuleCondition !== undefined && resolve(RuleCondition, scope) !== true) return []
    return Assertions.filter(({ Assert }) => resolve(Assert, scope) !== true).map(
      ({ AssertDescription }) => `rule ${name}: ${AssertDescription ?? 'its assertion does not hold'}`,
    )
  })
  if (failed.length > 0) throw new AssemblyError(`Stack ${scope.stackName}: Template error: rules do not hold:`, failed)
}
