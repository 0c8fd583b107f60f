import { AssemblyError } from './error.ts'
import { resolve } from './intrinsics.ts'
import type { StackScope } from './scope.ts'
import type { DeployedOutput, Stacks } from './stack.ts'
import type { Template } from './template.ts'

/**
 * The stack's outputs, but for those whose condition is false.
 * @throws AssemblyError where another stack exports the same name
 */
export function outputsOf(template: Template, scope: StackScope, stacks: Stacks): DeployedOutput[] {
  return Object.entries(template.Outputs ?? {})
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([key, output]) => {
      const exportName = output.Export && String(resolve(output.Export.Name, scope))
      const other = exportName === undefined ? undefined : stacks.exporter(exportName)
      if (other && other.name !== scope.stackName)
        throw new AssemblyError(
          `Stack ${scope.stackName}: Export with name ${exportName} is already exported by stack ${other.name}`,
          [],
        )
      return { key, value: String(resolve(output.Value, scope)), description: output.Description, exportName }
    })
}
