import { type Come, createResource, wantedResource } from './create.ts'
import { deleteResources } from './delete.ts'
import type { DeployedStack } from './stack.ts'
import { runningStack, type StackPlan } from './stack-plan.ts'

/**
 * Creates a stack; where a resource fails, those before it are deleted again, save what their policy keeps.
 * @throws AssemblyError
 */
export async function createStack(plan: StackPlan): Promise<DeployedStack> {
  const { creation, stacks, wanted } = plan
  const come: Come[] = []
  try {
    for (const [logicalId, declaration] of wanted) {
      const one = await createResource(creation, await wantedResource(creation, logicalId, declaration))
      come.push(one)
      creation.scope.created(one.resource)
    }
    const changes = come.map(({ resource: { logicalId, path, type }, kind }) => ({ logicalId, path, type, kind }))
    return runningStack(
      plan,
      come.map(({ resource }) => resource),
      changes,
    )
  } catch (error) {
    const made = come.flatMap(({ resource, kind }) => (kind === 'created' ? [resource] : []))
    stacks.keep(await deleteResources(made, creation.types, { creating: true }))
    throw error
  }
}
