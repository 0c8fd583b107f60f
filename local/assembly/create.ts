import { AwsError } from '../errors.ts'
import type { Randomness } from '../kernel/randomness.ts'
import type { CloudContext, CreatedResource, Properties, ResourceContext, ResourceType } from '../service.ts'
import type { AssetPath } from './assets.ts'
import type { ResourceTypes } from './check.ts'
import { resolveDynamic } from './dynamic-references.ts'
import { AssemblyError } from './error.ts'
import { resolve } from './intrinsics.ts'
import { physicalName } from './names.ts'
import type { StackScope } from './scope.ts'
import type { DeployedResource, Stacks } from './stack.ts'
import { takenBack, withWayOut } from './take-back.ts'
import { pathOf, type ResourceDeclaration } from './template.ts'

export interface Creation {
  readonly context: CloudContext
  readonly scope: StackScope
  readonly stackId: string
  readonly types: ResourceTypes
  readonly assetPath: AssetPath
  readonly suffixes: Randomness
  readonly stacks: Stacks
  /** Whether what exists already and is kept by its policy comes into the stack. */
  readonly importExisting: boolean
}

/** A resource as its type gets it: what it is called, where it is, and its properties without intrinsics. */
export interface Wanted {
  readonly logicalId: string
  readonly declaration: ResourceDeclaration
  readonly type: ResourceType
  readonly resource: ResourceContext
  readonly properties: Properties
  /** For messages: stack, construct and type. */
  readonly where: string
}

export async function wantedResource(
  { context, scope, stackId, types, assetPath, suffixes }: Creation,
  logicalId: string,
  declaration: ResourceDeclaration,
): Promise<Wanted> {
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
  const resolved = resolve(declaration.Properties ?? {}, scope)
  const properties = (await resolveDynamic(context, where, resolved)) as Properties
  return { logicalId, declaration, type: types[declaration.Type] as ResourceType, resource, properties, where }
}

/** A resource that has just come into its stack. */
export interface Come {
  readonly resource: DeployedResource
  readonly kind: 'created' | 'imported'
}

/**
 * Creates one resource of a stack, or takes it back.
 * @throws AssemblyError that names stack, resource and what its service said
 */
export async function createResource(creation: Creation, wanted: Wanted): Promise<Come> {
  const { type, properties, resource, where } = wanted
  const now = creation.context.kernel.clock.now()
  const existing = creation.importExisting ? await takenBack(creation, wanted) : undefined
  if (existing) return { resource: deployed(wanted, existing, now), kind: 'imported' }
  try {
    const created = await named(where, () => type.create(properties, resource))
    return { resource: deployed(wanted, created, now), kind: 'created' }
  } catch (error) {
    throw withWayOut(error, wanted)
  }
}

export function deployed(wanted: Wanted, { ref, attributes }: CreatedResource, created: number): DeployedResource {
  const { logicalId, declaration, properties, resource } = wanted
  return {
    logicalId,
    type: declaration.Type,
    physicalId: ref,
    attributes,
    properties,
    path: resource.path,
    deletionPolicy: declaration.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: declaration.UpdateReplacePolicy ?? 'Delete',
    created,
    updated: undefined,
  }
}

/** A service's refusal gets the resource's name; a defect of the local cloud stays what it is. */
export async function named<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AwsError) throw new AssemblyError(`${where}: ${error.message} (${error.code})`, [])
    if (error instanceof AssemblyError) throw new AssemblyError(`${where}: ${error.message}`, [])
    throw error
  }
}
