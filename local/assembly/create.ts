import { AwsError } from '../errors.ts'
import type { Randomness } from '../kernel/randomness.ts'
import type { CloudContext, Properties, ResourceContext, ResourceType } from '../service.ts'
import type { AssetPath } from './assets.ts'
import type { ResourceTypes } from './check.ts'
import { resolveDynamic } from './dynamic-references.ts'
import { AssemblyError } from './error.ts'
import { resolve } from './intrinsics.ts'
import { physicalName } from './names.ts'
import type { StackScope } from './scope.ts'
import type { DeployedResource } from './stack.ts'
import { pathOf, type ResourceDeclaration } from './template.ts'

export interface Creation {
  readonly context: CloudContext
  readonly scope: StackScope
  readonly stackId: string
  readonly types: ResourceTypes
  readonly assetPath: AssetPath
  readonly suffixes: Randomness
}

/**
 * Creates one resource of a stack.
 * @throws AssemblyError that names stack, resource and what its service said
 */
export async function createResource(
  { context, scope, stackId, types, assetPath, suffixes }: Creation,
  logicalId: string,
  declaration: ResourceDeclaration,
): Promise<DeployedResource> {
  const path = pathOf(logicalId, declaration)
  const where = `Stack ${scope.stackName}: ${path} (${declaration.Type})`
  const resource: ResourceContext = {
    logicalId,
    stackName: scope.stackName,
    stackId,
    path,
    assetPath,
    physicalName: (maxLength) => physicalName(suffixes, scope.stackName, logicalId, maxLength),
  }
  const type = types[declaration.Type] as ResourceType
  const resolved = resolve(declaration.Properties ?? {}, scope)
  const properties = (await resolveDynamic(context, where, resolved)) as Properties
  const { ref, attributes } = await type.create(properties, resource).catch((error: unknown) => {
    throw explained(where, error)
  })
  return {
    logicalId,
    type: declaration.Type,
    physicalId: ref,
    attributes,
    properties,
    path,
    deletionPolicy: declaration.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: declaration.UpdateReplacePolicy ?? 'Delete',
    created: context.kernel.clock.now(),
  }
}

/** A service's refusal gets the resource's name; a defect of the local cloud stays what it is. */
function explained(where: string, error: unknown): unknown {
  if (error instanceof AwsError) return new AssemblyError(`${where}: ${error.message} (${error.code})`, [])
  if (error instanceof AssemblyError) return new AssemblyError(`${where}: ${error.message}`, [])
  return error
}
