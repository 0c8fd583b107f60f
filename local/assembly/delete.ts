import type { ResourceType } from '../service.ts'
import type { ResourceTypes } from './check.ts'
import type { DeployedResource } from './stack.ts'

/**
 * Deletes resources in reverse order of creation, as their deletion policies say.
 * `creating`: the stack's own creation failed, when `RetainExceptOnCreate` does not retain.
 */
export async function deleteResources(
  resources: readonly DeployedResource[],
  types: ResourceTypes,
  { creating }: { readonly creating: boolean },
): Promise<void> {
  for (const resource of resources.toReversed()) {
    const { deletionPolicy } = resource
    if (deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && !creating)) continue
    await (types[resource.type] as ResourceType).delete(resource.physicalId, resource.properties)
  }
}
