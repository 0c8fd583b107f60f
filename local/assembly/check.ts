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

/** What is wrong, and where: the same thing at many places is told once. */
interface Problem {
  readonly what: string
  readonly where: string
}

/** Places of one problem that a message names before it counts the rest. */
const namedPlaces = 3

/**
 * Finds everything in the stacks that the local cloud does not have, before anything is created. `exists` says whether a
 * resource's condition holds, as far as that is known.
 * @throws AssemblyError with all of it
 */
export function checkSupported(
  stacks: readonly AssemblyStack[],
  types: ResourceTypes,
  exists: (stack: AssemblyStack, condition: string) => boolean,
): void {
  const problems = stacks.flatMap((stack) => [...problemsOf(stack, types, exists)])
  if (problems.length === 0) return
  const places = Map.groupBy(problems, ({ what }) => what)
  const lines = [...places].map(([what, found]) => {
    const named = found.slice(0, namedPlaces).map(({ where }) => where)
    const more = found.length > namedPlaces ? ` and ${found.length - namedPlaces} more` : ''
    return `${what}\n      in ${named.join(', ')}${more}`
  })
  throw new AssemblyError('The local cloud cannot run this assembly. Not simulated, or wrong:', lines)
}

function* problemsOf(
  stack: AssemblyStack,
  types: ResourceTypes,
  exists: (stack: AssemblyStack, condition: string) => boolean,
): Generator<Problem> {
  const { template } = stack
  const where = `stack ${stack.name}`
  for (const section of Object.keys(template))
    if (!sections.has(section))
      yield {
        what: `the template section ${section}: synthesize a template without it (macros and language extensions run only on AWS)`,
        where,
      }
  for (const [name, { Type }] of Object.entries(template.Parameters ?? {}))
    if (!isParameterType(Type)) yield { what: `the parameter type ${Type}: use String`, where: `${where}: ${name}` }
  for (const [id, resource] of Object.entries(template.Resources ?? {})) {
    if (resource.Type === metadataType) continue
    if (resource.Condition !== undefined && !exists(stack, resource.Condition)) continue
    const path = `${where}: ${pathOf(id, resource)}`
    for (const what of ofResource(resource, template, types)) yield { what, where: path }
  }
  for (const section of ['Conditions', 'Outputs'] as const)
    for (const [name, value] of Object.entries(template[section] ?? {}))
      for (const what of ofNames(value, template)) yield { what, where: `${where}: ${section} ${name}` }
}

function* ofResource(resource: ResourceDeclaration, template: Template, types: ResourceTypes): Generator<string> {
  const { Type } = resource
  for (const key of Object.keys(resource))
    if (!resourceKeys.has(key)) yield `the resource attribute ${key} of ${Type}: remove it`
  for (const policy of [resource.DeletionPolicy, resource.UpdateReplacePolicy])
    if (policy !== undefined && !deletionPolicies.has(policy)) yield `${policy}, which is no deletion policy`
  for (const needed of [resource.DependsOn ?? []].flat())
    if (!Object.hasOwn(template.Resources, needed)) yield `a dependency on ${needed}, which the template lacks`
  yield* ofNames({ ...resource, Metadata: undefined }, template)
  const type = types[Type]
  if (!type) {
    yield `the resource type ${Type}: leave it out of local runs, or add it to a service (local/services)`
    return
  }
  for (const property of Object.keys(resource.Properties ?? {}))
    if (!type.properties.includes(property) && !Object.hasOwn(type.noEffect ?? {}, property))
      yield `the property ${property} of ${Type}: leave it out of local runs; simulated are ${type.properties.join(', ')}`
}

/** Names that nothing in the template answers to, and functions that are not simulated. */
function* ofNames(value: unknown, template: Template): Generator<string> {
  const seen = new Set<string>()
  for (const { kind, name } of references(value)) {
    if (seen.has(`${kind} ${name}`)) continue
    seen.add(`${kind} ${name}`)
    if (kind === 'function')
      yield `the intrinsic function ${name}: give the value itself, and no other key beside a function`
    if (kind === 'condition' && !Object.hasOwn(template.Conditions ?? {}, name))
      yield `the condition ${name}, which the template lacks`
    if (kind === 'attribute' && !Object.hasOwn(template.Resources, name))
      yield `the resource ${name}, which the template lacks`
    if (kind === 'ref' && !isName(name, template)) yield `the resource or parameter ${name}, which the template lacks`
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
