import type { ResourceType } from '../service.ts'
import type { ResourceTypes } from './check.ts'
import type { DeployedResource } from './stack.ts'

/** Whether a deletion or replacement policy keeps a resource; `RetainExceptOnCreate` does not while the stack is `creating`. */
export const isKept = (policy: string, creating: boolean): boolean =>
  policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !creating)

/**
 * Deletes resources in reverse order of creation, as their deletion policies say, and answers those that are kept.
 * `creating`: the stack's own creation failed, when `RetainExceptOnCreate` does not retain.
 */
export async function deleteResources(
  resources: readonly DeployedResource[],
  types: ResourceTypes,
  { creating }: { readonly creating: boolean },
): Promise<readonly DeployedResource[]> {
  const kept: DeployedResource[] = []
  for (const resource of resources.toReversed()) {
    const { deletionPolicy, type, physicalId, properties } = resource
    if (isKept(deletionPolicy, creating)) kept.push(resource)
    else await (types[type] as ResourceType).delete(physicalId, properties)
  }
  return kept
}
