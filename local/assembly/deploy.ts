import type { CloudContext, Service } from '../service.ts'
import type { CloudFormation } from '../services/cloudformation/index.ts'
import { checkSupported, type ResourceTypes } from './check.ts'
import { createStack } from './create-stack.ts'
import { AssemblyError } from './error.ts'
import { type AssemblyStack, readAssembly } from './manifest.ts'
import { knownValues, parameterValues } from './parameters.ts'
import { StackScope } from './scope.ts'
import type { DeployedStack, Stacks } from './stack.ts'
import { planStack } from './stack-plan.ts'
import { updateStack } from './update-stack.ts'

export interface DeployOptions {
  /** By name, or by `stack:name`. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Takes resources that exist already, and that a deletion policy keeps, into their stack by name. @default false */
  readonly importExisting?: boolean
}

/**
 * Creates every stack of a cloud assembly (a cdk.out folder), or updates it where it runs, those that others depend on first.
 * Nothing is done where anything in the templates is not simulated; a stack that fails is rolled back, the stacks before it
 * stay as deployed. A stack that the assembly lacks goes on running.
 * @throws AssemblyError that says what and where
 */
export async function deployAssembly(
  context: CloudContext,
  services: readonly Service[],
  folder: string,
  { parameters = {}, importExisting = false }: DeployOptions,
): Promise<readonly DeployedStack[]> {
  const assembly = readAssembly(folder)
  const types: ResourceTypes = Object.assign({}, ...services.map((service) => service.resources))
  const { stacks } = context.service<CloudFormation>('cloudformation')
  checkSupported(assembly, types, conditionsOf(context, stacks, parameters))
  checkPlace(assembly, context)
  checkParameterNames(assembly, parameters)
  const deployed: DeployedStack[] = []
  for (const stack of assembly) {
    const values = await parameterValues(context, stack, parameters)
    const plan = planStack(context, stack, values, types, stacks, importExisting)
    const previous = stacks.find(stack.name)
    const running = previous ? await updateStack(plan, previous) : await createStack(plan)
    stacks.add(running)
    deployed.push(running)
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

/** A stack that is bound to another account or region. */
function checkPlace(assembly: readonly AssemblyStack[], { account, region }: CloudContext): void {
  const problems = assembly
    .filter((stack) => (stack.account ?? account) !== account || (stack.region ?? region) !== region)
    .map((stack) => `stack ${stack.name} is bound to aws://${stack.account ?? account}/${stack.region ?? region}`)
  if (problems.length === 0) return
  throw new AssemblyError(
    `The local cloud is account ${account} in ${region} and cannot create this assembly. Start it with the account and region of the stacks, or leave them out of the stacks' env.`,
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
