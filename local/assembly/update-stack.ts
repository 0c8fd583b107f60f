import { isDeepStrictEqual } from 'node:util'
import { AwsError } from '../errors.ts'
import type { ResourceType } from '../service.ts'
import { type Come, type Creation, createResource, deployed, named, type Wanted, wantedResource } from './create.ts'
import { isKept } from './delete.ts'
import { AssemblyError } from './error.ts'
import { checkExports } from './exports.ts'
import { customName } from './names.ts'
import type { DeployedResource, DeployedStack, StackChange } from './stack.ts'
import { runningStack, type StackPlan } from './stack-plan.ts'

/** What was done to one resource, and how it is taken back. */
interface Step {
  readonly resource: DeployedResource
  readonly kind: 'created' | 'imported' | 'updated' | 'replaced' | undefined
  undo(): Promise<void>
}

/**
 * Makes a running stack that of another template, as CloudFormation does: what is unchanged is left alone, what can change in
 * place keeps its identity and contents, what cannot is created anew before the old one goes, and what the template no longer
 * has is deleted last. Where a step fails, those before it are taken back and the stack runs as before.
 * @throws AssemblyError that says which resource and why
 */
export async function updateStack(plan: StackPlan, previous: DeployedStack): Promise<DeployedStack> {
  const { creation, stack, stacks, wanted } = plan
  const before = new Map(previous.resources.map((resource) => [resource.logicalId, resource]))
  refuseOtherTypes(plan, before)
  const steps: Step[] = []
  let running: DeployedStack
  try {
    for (const [logicalId, declaration] of wanted) {
      const step = await bring(creation, await wantedResource(creation, logicalId, declaration), before.get(logicalId))
      steps.push(step)
      creation.scope.created(step.resource)
    }
    const resources = steps.map(({ resource }) => resource)
    running = runningStack(plan, resources, steps.flatMap(changeOf))
    checkExports(previous, running, stacks)
  } catch (error) {
    throw await takenBack(steps, stack.name, error)
  }
  stacks.add(running)
  const replaced = steps.flatMap(({ kind, resource }) => (kind === 'replaced' ? [resource.logicalId] : []))
  const gone = await cleanUp(creation, previous, running, new Set(replaced))
  return { ...running, changes: [...running.changes, ...gone] }
}

function refuseOtherTypes({ stack, wanted }: StackPlan, before: ReadonlyMap<string, DeployedResource>): void {
  const changed = wanted.filter(([id, { Type }]) => (before.get(id)?.type ?? Type) !== Type).map(([id]) => id)
  if (changed.length === 0) return
  throw new AssemblyError(
    `Stack ${stack.name}: Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(', ')}]. Give the new resource another logical id.`,
    [],
  )
}

/** Brings one resource to what the template wants of it. */
async function bring(creation: Creation, wanted: Wanted, old: DeployedResource | undefined): Promise<Step> {
  const { type, properties, resource, where } = wanted
  // What was there before the update is there after its failure.
  const gone = async ({ kind, resource: made }: Come) =>
    kind === 'created' ? type.delete(made.physicalId, made.properties) : undefined
  if (!old) {
    const come = await createResource(creation, wanted)
    return { ...come, undo: () => gone(come) }
  }
  const same = deployed(wanted, { ref: old.physicalId, attributes: old.attributes }, old.created)
  if (isDeepStrictEqual(properties, old.properties))
    return { resource: { ...same, updated: old.updated }, kind: undefined, undo: async () => undefined }
  const changed = await named(where, async () => type.update?.(old.physicalId, properties, old.properties, resource))
  if (changed) {
    const updated = creation.context.kernel.clock.now()
    return {
      resource: { ...deployed(wanted, changed, old.created), updated },
      kind: 'updated',
      undo: async () => void (await type.update?.(old.physicalId, old.properties, properties, resource)),
    }
  }
  refuseReplacingNamed(wanted, old)
  const come = await createResource(creation, wanted)
  return { resource: come.resource, kind: 'replaced', undo: () => gone(come) }
}

/** CloudFormation creates the new one first, and two cannot have one name: it refuses, in these words. */
function refuseReplacingNamed({ where, declaration, properties }: Wanted, old: DeployedResource): void {
  const name = customName(declaration.Type, properties)
  if (name === undefined || name !== customName(declaration.Type, old.properties)) return
  const causes = Object.keys({ ...properties, ...old.properties }).filter(
    (key) => !isDeepStrictEqual(properties[key], old.properties[key]),
  )
  throw new AssemblyError(
    `${where}: CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again. (Changed: ${causes.join(', ')})`,
    [],
  )
}

/** Undoes the steps, the last first; the error is the first one, with whatever could not be taken back. */
async function takenBack(steps: readonly Step[], name: string, error: unknown): Promise<unknown> {
  const failed: string[] = []
  for (const { undo, resource } of steps.toReversed())
    await undo().catch((problem: unknown) => failed.push(`${resource.path}: ${messageOf(problem)}`))
  if (failed.length === 0) return error
  return new AssemblyError(`${messageOf(error)}\nStack ${name} could not be rolled back as a whole:`, failed)
}

const changeOf = ({ resource: { logicalId, path, type }, kind }: Step): StackChange[] =>
  kind === undefined ? [] : [{ logicalId, path, type, kind }]

/** Deletes what the template no longer has and what was replaced, as the policies of the template before say. */
async function cleanUp(
  { types, stacks }: Creation,
  previous: DeployedStack,
  running: DeployedStack,
  replaced: ReadonlySet<string>,
): Promise<StackChange[]> {
  const still = new Set(running.resources.map(({ logicalId }) => logicalId))
  const changes: StackChange[] = []
  for (const resource of previous.resources.toReversed()) {
    const { logicalId, path, type, physicalId, properties } = resource
    const wasReplaced = replaced.has(logicalId)
    if (still.has(logicalId) && !wasReplaced) continue
    const change = { logicalId, path, type }
    if (isKept(wasReplaced ? resource.updateReplacePolicy : resource.deletionPolicy, false)) {
      stacks.keep([resource])
      changes.push({ ...change, kind: 'retained' })
      continue
    }
    try {
      await (types[type] as ResourceType).delete(physicalId, properties)
      if (!wasReplaced) changes.push({ ...change, kind: 'deleted' })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      // CloudFormation's cleanup does not fail an update: what cannot be deleted stays, out of the stack.
      changes.push({ ...change, kind: 'left', reason: `${error.message} (${error.code})` })
    }
  }
  return changes
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
