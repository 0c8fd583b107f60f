import type { CloudContext } from '../service.ts'
import { assetPaths } from './assets.ts'
import { noEffectOf, type ResourceTypes } from './check.ts'
import type { Creation } from './create.ts'
import type { AssemblyStack } from './manifest.ts'
import { creationOrder } from './order.ts'
import { outputsOf } from './outputs.ts'
import type { ParameterValues } from './parameters.ts'
import { checkRules } from './rules.ts'
import { StackScope } from './scope.ts'
import type { DeployedResource, DeployedStack, StackChange, Stacks } from './stack.ts'
import { metadataType, type ResourceDeclaration } from './template.ts'

/** A stack's template with its parameters: what must exist, in order. */
export interface StackPlan {
  readonly stack: AssemblyStack
  readonly id: string
  readonly parameters: ParameterValues
  readonly creation: Creation
  readonly stacks: Stacks
  /** Resources whose condition holds, each after those it refers to. */
  readonly wanted: readonly (readonly [logicalId: string, declaration: ResourceDeclaration])[]
}

/** @throws AssemblyError where a rule of the template does not hold, or its references go in a circle */
export function planStack(
  context: CloudContext,
  stack: AssemblyStack,
  parameters: ParameterValues,
  types: ResourceTypes,
  stacks: Stacks,
  importExisting: boolean,
): StackPlan {
  const { account, region, kernel } = context
  const { template, name } = stack
  const id =
    stacks.find(name)?.id ??
    `arn:aws:cloudformation:${region}:${account}:stack/${name}/${kernel.random.uuid(`stack ${name}`)}`
  const scope = new StackScope({ stack, stackId: id, account, region, parameters: parameters.values, stacks })
  checkRules(template, scope)
  const assetPath = assetPaths(stack, account, region)
  const wanted = creationOrder(template, name)
    .map((logicalId) => [logicalId, template.Resources[logicalId] as ResourceDeclaration] as const)
    .filter(([, { Type, Condition }]) => Type !== metadataType && (!Condition || scope.condition(Condition)))
  const { suffixes } = stacks
  const creation = { context, scope, stackId: id, types, assetPath, suffixes, stacks, importExisting }
  return { stack, id, parameters, creation, stacks, wanted }
}

/**
 * The stack as it runs once its resources exist.
 * @throws AssemblyError where an output cannot be told
 */
export function runningStack(
  { stack, id, parameters, creation, stacks, wanted }: StackPlan,
  resources: readonly DeployedResource[],
  changes: readonly StackChange[],
): DeployedStack {
  const { template, name } = stack
  const { scope, types, context } = creation
  const previous = stacks.find(name)
  const outputDetails = outputsOf(template, scope, stacks)
  const now = context.kernel.clock.now()
  return {
    name,
    id,
    description: template.Description,
    status: previous ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE',
    created: previous?.created ?? now,
    updated: previous && now,
    template,
    parameters: parameters.shown,
    outputDetails,
    outputs: Object.fromEntries(outputDetails.map(({ key, value }) => [key, value])),
    exports: Object.fromEntries(
      outputDetails.flatMap(({ exportName, value }) => (exportName === undefined ? [] : [[exportName, value]])),
    ),
    imports: scope.imports,
    resources,
    changes,
    noEffect: wanted.flatMap(([logicalId, resource]) => {
      const type = types[resource.Type]
      return type ? noEffectOf(name, logicalId, resource, type) : []
    }),
  }
}
