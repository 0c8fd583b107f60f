import { AwsError } from '../errors.ts'
import type { CloudContext } from '../service.ts'
import { AssemblyError } from './error.ts'
import type { AssemblyStack } from './manifest.ts'
import type { ParameterDeclaration } from './template.ts'

/** A parameter's value: a list for the list types. */
export type ParameterValue = string | readonly string[]

const ssm = /^AWS::SSM::Parameter::Value<(String|List<String>)>$/
const plain = new Set(['String', 'Number', 'List<Number>', 'CommaDelimitedList', 'AWS::SSM::Parameter::Name'])

export const isParameterType = (type: string): boolean => plain.has(type) || ssm.test(type)

/** The version of CDK's bootstrap stack that the local cloud stands for; templates ask for a minimum. */
const bootstrapVersion = '30'

const rawValue = (
  stack: AssemblyStack,
  name: string,
  { Default }: ParameterDeclaration,
  given: Readonly<Record<string, string>>,
): string | undefined => {
  const value = given[`${stack.name}:${name}`] ?? given[name] ?? stack.parameters[name] ?? Default
  return value === undefined ? undefined : String(value)
}

const listed = (type: string, value: string): ParameterValue =>
  type.includes('List') ? value.split(',').map((element) => element.trim()) : value

/** The values that are known before anything is created: those that SSM holds are not. */
export function knownValues(
  stack: AssemblyStack,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, ParameterValue> {
  const values = new Map<string, ParameterValue>()
  for (const [name, declaration] of Object.entries(stack.template.Parameters ?? {})) {
    const value = rawValue(stack, name, declaration, given)
    if (value !== undefined && !ssm.test(declaration.Type)) values.set(name, listed(declaration.Type, value))
  }
  return values
}

export interface ParameterValues {
  readonly values: ReadonlyMap<string, ParameterValue>
  /** As given, before SSM is asked; NoEcho ones masked. */
  readonly shown: Readonly<Record<string, string>>
}

/**
 * Values of a stack's parameters: given by the caller (`Name`, or `Stack:Name`), the assembly or the default.
 * @throws AssemblyError for a missing, refused or unknown value
 */
export async function parameterValues(
  context: CloudContext,
  stack: AssemblyStack,
  given: Readonly<Record<string, string>>,
): Promise<ParameterValues> {
  const values = new Map<string, ParameterValue>()
  const shown: Record<string, string> = {}
  const problems: string[] = []
  for (const [name, declaration] of Object.entries(stack.template.Parameters ?? {})) {
    const raw = rawValue(stack, name, declaration, given)
    if (raw === undefined) {
      problems.push(
        `parameter ${name} has no default and no value was given: pass --parameters ${stack.name}:${name}=...`,
      )
      continue
    }
    const broken = brokenRule(raw, declaration)
    if (broken)
      problems.push(`parameter ${name}: ${JSON.stringify(raw)} ${declaration.ConstraintDescription ?? broken}`)
    shown[name] = String(declaration.NoEcho) === 'true' ? '****' : raw
    if (!broken) values.set(name, await valueFor(context, stack, name, declaration.Type, raw))
  }
  if (problems.length > 0) throw new AssemblyError(`Stack ${stack.name} cannot be created:`, problems)
  return { values, shown }
}

async function valueFor(
  context: CloudContext,
  stack: AssemblyStack,
  name: string,
  type: string,
  raw: string,
): Promise<ParameterValue> {
  const stored = ssm.test(type) ? await fromSsm(context, stack, name, raw) : raw
  return listed(type, stored)
}

async function fromSsm(context: CloudContext, stack: AssemblyStack, name: string, key: string): Promise<string> {
  if (/^\/cdk-bootstrap\/[^/]+\/version$/.test(key)) return bootstrapVersion
  try {
    const { Parameter } = await context.call<object, { Parameter?: { Value?: string } }>({
      caller: context.administrator,
      service: 'ssm',
      action: 'GetParameter',
      input: { Name: key },
    })
    return Parameter?.Value ?? ''
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ParameterNotFound') throw error
    throw new AssemblyError(
      `Stack ${stack.name}: parameter ${name} reads the SSM parameter ${key}, which does not exist. Put it with ssm:PutParameter first.`,
      [],
    )
  }
}

function brokenRule(value: string, declaration: ParameterDeclaration): string | undefined {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue, Type } = declaration
  if (AllowedValues && !AllowedValues.map(String).includes(value)) return `is none of ${AllowedValues.join(', ')}`
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
    return `does not match ${AllowedPattern}`
  if (MinLength !== undefined && value.length < Number(MinLength)) return `is shorter than ${MinLength}`
  if (MaxLength !== undefined && value.length > Number(MaxLength)) return `is longer than ${MaxLength}`
  if (Type === 'Number' && (value.trim() === '' || Number.isNaN(Number(value)))) return 'is not a number'
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `is less than ${MinValue}`
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `is greater than ${MaxValue}`
  return undefined
}
