import type { ResourceType } from '../service.ts'
import { AssemblyError } from './error.ts'
import type { AssemblyStack } from './manifest.ts'
import { isParameterType } from './parameters.ts'
import { references } from './references.ts'
import type { NoEffect } from './stack.ts'
import { metadataType, pathOf, pseudoParameters, type ResourceDeclaration, type Template } from './template.ts'

export type ResourceTypes = Readonly<Record<string, ResourceType>>

const sections = new Set([
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Rules', 'Mappings'],
  ...['Conditions', 'Resources', 'Outputs'],
])
const resourceKeys = new Set([
  ...['Type', 'Properties', 'Condition', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'],
])
const deletionPolicies = new Set(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'])

/**
 * Finds everything in the stacks that the local cloud does not have, before anything is created.
 * @throws AssemblyError with all of it
 */
export function checkSupported(stacks: readonly AssemblyStack[], types: ResourceTypes): void {
  const problems = stacks.flatMap((stack) =>
    [...problemsOf(stack.template, types)].map((problem) => `stack ${stack.name}: ${problem}`),
  )
  if (problems.length > 0)
    throw new AssemblyError(
      `The local cloud cannot run this assembly; ${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} not simulated or wrong:`,
      problems,
    )
}

function* problemsOf(template: Template, types: ResourceTypes): Generator<string> {
  for (const section of Object.keys(template))
    if (!sections.has(section))
      yield `the template section ${section} is not simulated; synthesize a template without it (macros and language extensions run only on AWS)`
  for (const [name, { Type }] of Object.entries(template.Parameters ?? {}))
    if (!isParameterType(Type)) yield `parameter ${name}: the type ${Type} is not simulated; use String`
  for (const [id, resource] of Object.entries(template.Resources ?? {}))
    yield* ofResource(id, resource, template, types)
  for (const [name, output] of Object.entries(template.Outputs ?? {}))
    yield* ofNames(`output ${name}`, output, template)
  for (const [name, condition] of Object.entries(template.Conditions ?? {}))
    yield* ofNames(`condition ${name}`, condition, template)
}

function* ofResource(
  id: string,
  resource: ResourceDeclaration,
  template: Template,
  types: ResourceTypes,
): Generator<string> {
  if (resource.Type === metadataType) return
  const where = `${pathOf(id, resource)} (${resource.Type})`
  for (const key of Object.keys(resource))
    if (!resourceKeys.has(key)) yield `${where}: the resource attribute ${key} is not simulated; remove it`
  for (const policy of [resource.DeletionPolicy, resource.UpdateReplacePolicy])
    if (policy !== undefined && !deletionPolicies.has(policy)) yield `${where}: ${policy} is no deletion policy`
  for (const needed of [resource.DependsOn ?? []].flat())
    if (!Object.hasOwn(template.Resources, needed)) yield `${where}: depends on ${needed}, which the template lacks`
  yield* ofNames(where, { ...resource, Metadata: undefined }, template)
  const type = types[resource.Type]
  if (!type) {
    yield `${where}: this resource type is not simulated; leave it out for local runs, or add it to local/services (types there: \`ResourceType\` in local/service.ts)`
    return
  }
  for (const property of Object.keys(resource.Properties ?? {}))
    if (!type.properties.includes(property) && !Object.hasOwn(type.noEffect ?? {}, property))
      yield `${where}: the property ${property} is not simulated; properties it honours: ${type.properties.join(', ')}`
}

/** Names that nothing in the template answers to, and functions that are not simulated. */
function* ofNames(where: string, value: unknown, template: Template): Generator<string> {
  const seen = new Set<string>()
  for (const { kind, name } of references(value)) {
    if (seen.has(`${kind} ${name}`)) continue
    seen.add(`${kind} ${name}`)
    if (kind === 'function')
      yield `${where}: the intrinsic function ${name} is not simulated or has other keys beside it`
    if (kind === 'condition' && !Object.hasOwn(template.Conditions ?? {}, name))
      yield `${where}: there is no condition ${name}`
    if (kind === 'attribute' && !Object.hasOwn(template.Resources, name)) yield `${where}: there is no resource ${name}`
    if (kind === 'ref' && !isName(name, template)) yield `${where}: there is no resource or parameter ${name}`
  }
}

const isName = (name: string, { Resources, Parameters }: Template): boolean =>
  Object.hasOwn(Resources, name) ||
  Object.hasOwn(Parameters ?? {}, name) ||
  (pseudoParameters as readonly string[]).includes(name)

/** The properties of a resource that change nothing here, with their reasons. */
export function noEffectOf(stack: string, id: string, resource: ResourceDeclaration, type: ResourceType): NoEffect[] {
  return Object.keys(resource.Properties ?? {}).flatMap((property) => {
    const reason = type.noEffect?.[property]
    return reason === undefined ? [] : [{ stack, path: pathOf(id, resource), type: resource.Type, property, reason }]
  })
}
