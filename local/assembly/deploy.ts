import type { CloudContext, Service } from '../service.ts'
import type { CloudFormation } from '../services/cloudformation/index.ts'
import { assetPaths } from './assets.ts'
import { checkSupported, noEffectOf, type ResourceTypes } from './check.ts'
import { createResource } from './create.ts'
import { deleteResources } from './delete.ts'
import { AssemblyError } from './error.ts'
import { type AssemblyStack, readAssembly } from './manifest.ts'
import { creationOrder } from './order.ts'
import { outputsOf } from './outputs.ts'
import { knownValues, type ParameterValues, parameterValues } from './parameters.ts'
import { checkRules } from './rules.ts'
import { StackScope } from './scope.ts'
import type { DeployedResource, DeployedStack, Stacks } from './stack.ts'
import { metadataType, type ResourceDeclaration } from './template.ts'

/**
 * Creates every stack of a cloud assembly (a cdk.out folder), those that others depend on first. Nothing is created where
 * anything in the templates is not simulated; a stack whose creation fails is rolled back, the stacks before it stay.
 * @throws AssemblyError that says what and where
 */
export async function deployAssembly(
  context: CloudContext,
  services: readonly Service[],
  folder: string,
  { parameters }: { readonly parameters: Readonly<Record<string, string>> },
): Promise<readonly DeployedStack[]> {
  const assembly = readAssembly(folder)
  const types: ResourceTypes = Object.assign({}, ...services.map((service) => service.resources))
  const { stacks } = context.service<CloudFormation>('cloudformation')
  checkSupported(assembly, types, conditionsOf(context, stacks, parameters))
  checkPlace(assembly, context, stacks)
  checkParameterNames(assembly, parameters)
  const deployed: DeployedStack[] = []
  for (const stack of assembly) {
    const values = await parameterValues(context, stack, parameters)
    const created = await createStack(context, stack, values, types, stacks)
    stacks.add(created)
    deployed.push(created)
  }
  return deployed
}

/** Whether a condition holds, as far as that can be known before anything is created: else it may. */
function conditionsOf(
  { account, region }: CloudContext,
  stacks: Stacks,
  given: Readonly<Record<string, string>>,
): (stack: AssemblyStack, condition: string) => boolean {
  return (stack, condition) => {
    const parameters = knownValues(stack, given)
    try {
      return new StackScope({ stack, stackId: '', account, region, parameters, stacks }).condition(condition)
    } catch (error) {
      if (error instanceof AssemblyError) return true
      throw error
    }
  }
}

async function createStack(
  context: CloudContext,
  stack: AssemblyStack,
  parameters: ParameterValues,
  types: ResourceTypes,
  stacks: Stacks,
): Promise<DeployedStack> {
  const { account, region, kernel } = context
  const { template, name } = stack
  const id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${kernel.random.uuid(`stack ${name}`)}`
  const scope = new StackScope({ stack, stackId: id, account, region, parameters: parameters.values, stacks })
  checkRules(template, scope)
  const assetPath = assetPaths(stack, account, region)
  const creation = { context, scope, stackId: id, types, assetPath, suffixes: stacks.suffixes }
  const wanted = creationOrder(template, name)
    .map((logicalId) => [logicalId, template.Resources[logicalId] as ResourceDeclaration] as const)
    .filter(([, { Type, Condition }]) => Type !== metadataType && (!Condition || scope.condition(Condition)))
  const resources: DeployedResource[] = []
  try {
    for (const [logicalId, declaration] of wanted) {
      const resource = await createResource(creation, logicalId, declaration)
      resources.push(resource)
      scope.created(resource)
    }
    const outputDetails = outputsOf(template, scope, stacks)
    return {
      name,
      id,
      description: template.Description,
      created: kernel.clock.now(),
      template,
      parameters: parameters.shown,
      outputDetails,
      outputs: Object.fromEntries(outputDetails.map(({ key, value }) => [key, value])),
      exports: Object.fromEntries(
        outputDetails.flatMap(({ exportName, value }) => (exportName === undefined ? [] : [[exportName, value]])),
      ),
      resources,
      noEffect: wanted.flatMap(([logicalId, resource]) => {
        const type = types[resource.Type]
        return type ? noEffectOf(name, logicalId, resource, type) : []
      }),
    }
  } catch (error) {
    await deleteResources(resources, types, { creating: true })
    throw error
  }
}

/** A stack that is bound to another account or region, or that runs already. */
function checkPlace(assembly: readonly AssemblyStack[], { account, region }: CloudContext, stacks: Stacks): void {
  const problems = assembly.flatMap((stack) => [
    ...((stack.account ?? account) === account && (stack.region ?? region) === region
      ? []
      : [`stack ${stack.name} is bound to aws://${stack.account ?? account}/${stack.region ?? region}`]),
    ...(stacks.find(stack.name) ? [`Stack [${stack.name}] already exists`] : []),
  ])
  if (problems.length === 0) return
  throw new AssemblyError(
    `The local cloud is account ${account} in ${region} and cannot create this assembly. Start it with the account and region of the stacks, or leave them out of the stacks' env; stop it to start anew.`,
    problems,
  )
}

function checkParameterNames(assembly: readonly AssemblyStack[], given: Readonly<Record<string, string>>): void {
  const names = new Set(
    assembly.flatMap(({ name, template }) =>
      Object.keys(template.Parameters ?? {}).flatMap((parameter) => [parameter, `${name}:${parameter}`]),
    ),
  )
  const unknown = Object.keys(given).filter((name) => !names.has(name))
  if (unknown.length > 0)
    throw new AssemblyError(
      'No stack has these parameters:',
      unknown.map((name) => `${name} (there are: ${[...names].join(', ') || 'none'})`),
    )
}
