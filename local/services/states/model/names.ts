import { invalidArn, invalidName } from '../errors.ts'
import { satisfies, type Violation, violation } from './constraints.ts'

/** Characters that AWS refuses in names of state machines, activities and executions. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const refused = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/

/** A name of a state machine, an activity or an execution. @throws AwsError ValidationException, InvalidName */
export function checkName(name: string | undefined, member = 'name'): string {
  satisfies(lengthViolation(member, name))
  if (name === undefined || refused.test(name)) throw invalidName(name ?? '')
  return name
}

function lengthViolation(member: string, name: string | undefined): Violation {
  if (name === undefined) return violation(member, name, 'not be null')
  if (name.length < 1) return violation(member, name, 'have length greater than or equal to 1')
  return name.length > 80 ? violation(member, name, 'have length less than or equal to 80') : undefined
}

const machineArn = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:([^:/]+)(?::([^:/]+))?$/

export interface MachineReference {
  /** Without version or alias. */
  readonly arn: string
  readonly name: string
  /** Version number or alias name. */
  readonly qualifier: string | undefined
}

/** @throws AwsError InvalidArn */
export function parseMachineArn(arn: string | undefined): MachineReference {
  const parts = machineArn.exec(arn ?? '')
  if (!parts?.[1]) throw notAnArn(arn)
  const [, name, qualifier] = parts
  return {
    arn: qualifier === undefined ? (arn as string) : (arn as string).slice(0, -qualifier.length - 1),
    name,
    qualifier,
  }
}

/** @throws AwsError InvalidArn */
export function checkArn(arn: string | undefined, kind: 'activity' | 'execution' | 'mapRun' | 'stateMachine'): string {
  if (arn === undefined || !arn.startsWith('arn:')) throw notAnArn(arn)
  const given = arn.split(':')[5]
  if (given !== kind) throw invalidArn(`Resource type not valid in this context: ${given}`)
  return arn
}

const notAnArn = (arn: string | undefined) =>
  invalidArn(arn?.startsWith('arn:') ? arn : `Invalid ARN prefix: ${arn ?? ''}`)
