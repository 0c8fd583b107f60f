import type { EncryptionConfiguration, StateMachineType } from '@aws-sdk/client-sfn'
import { NotSimulated } from '../../../errors.ts'
import type { AccessCheck, CloudContext } from '../../../service.ts'
import { invalidArn, invalidDefinition } from '../errors.ts'
import type { Machine } from '../language/definition.ts'
import { variableReferences } from '../language/variable-references.ts'
import type { MachineRevision } from '../model/machine.ts'
import { told } from '../validation/diagnostics.ts'
import { validateDefinition } from '../validation/validate.ts'

/** @throws AwsError InvalidDefinition with AWS's diagnostics */
export async function machineOf(
  context: CloudContext,
  definition: string | undefined,
  type: StateMachineType,
): Promise<Machine> {
  const { machine, diagnostics } = await validateDefinition(context, definition ?? '', type)
  if (!machine) throw invalidDefinition(told(diagnostics))
  return machine
}

interface DescribedDefinition {
  readonly definition: string
  readonly encryptionConfiguration: EncryptionConfiguration
  readonly variableReferences?: Record<string, string[]>
}

/** The definition and what is told of it, which metadata alone have not. */
export function describedDefinition(
  { definition }: Pick<MachineRevision, 'definition'>,
  includedData: string | undefined,
): DescribedDefinition {
  const encryptionConfiguration = { type: 'AWS_OWNED_KEY' } as const
  if (includedData === 'METADATA_ONLY') return { definition: '', encryptionConfiguration }
  const references = variableReferences(definition)
  return {
    definition,
    encryptionConfiguration,
    ...(Object.keys(references).length === 0 ? {} : { variableReferences: references }),
  }
}

/** @throws AwsError InvalidArn */
export function checkRole(roleArn: string | undefined): string {
  if (roleArn === undefined || !/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(roleArn))
    throw invalidArn(roleArn?.startsWith('arn:') ? roleArn : `Invalid ARN prefix: ${roleArn ?? ''}`)
  return roleArn
}

/** Whoever gives a role to Step Functions must be allowed to. */
export const passRole = (roleArn: string | undefined): readonly AccessCheck[] =>
  roleArn === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'states.amazonaws.com' } }]

/** Tracing may be said to be off; nothing here records traces. */
export function refuseTracing(tracing: { enabled?: boolean | undefined } | undefined): void {
  if (tracing?.enabled)
    throw new NotSimulated('X-Ray tracing', 'Leave tracingConfiguration out, or let it be disabled.')
}
