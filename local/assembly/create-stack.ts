import { createResource, wantedResource } from './create.ts'
import { deleteResources } from './delete.ts'
import type { DeployedResource, DeployedStack } from './stack.ts'
import { runningStack, type StackPlan } from './stack-plan.ts'

/**
 * Creates a stack; where a resource fails, those before it are deleted again.
 * @throws AssemblyError
 */
export async function createStack(plan: StackPlan): Promise<DeployedStack> {
  const { creation, wanted } = plan
  const resources: DeployedResource[] = []
  try {
    for (const [logicalId, declaration] of wanted) {
      const resource = await createResource(creation, await wantedResource(creation, logicalId, declaration))
      resources.push(resource)
      creation.scope.created(resource)
    }
    const changes = resources.map(({ logicalId, path, type }) => ({ logicalId, path, type, kind: 'created' as const }))
    return runningStack(plan, resources, changes)
  } catch (error) {
    await deleteResources(resources, creation.types, { creating: true })
    throw error
  }
}
