import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { digest } from './ids.ts'
import type { Origin } from './saga-record.ts'

/** Names of executions are 80 characters; a recovery adds to the saga's. */
const MAX_ID = 64

/** A saga's id as the name of its execution: an id that Step Functions does not take is known by its digest. */
export const executionName = (sagaId: string): string =>
  new RegExp(`^[A-Za-z0-9_-]{1,${MAX_ID}}$`).test(sagaId) ? sagaId : digest('saga', sagaId)

/** Input of a saga's execution. */
export interface SagaInput {
  /** Of the saga. */
  readonly input: unknown
  readonly origin: Origin
  /** Id of a saga that another execution has left half done, and why. */
  readonly recovers?: string
  readonly failure?: { readonly step: string; readonly code: string; readonly message: string }
}

/** Another saga runs, or ran, under the same id. Starting it again cannot help. */
export class SagaConflict extends Error {
  override readonly name = 'SagaConflict'
}

/**
 * Starts a saga, unless it was started before. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html:
 * a name is taken for 90 days after its execution has closed.
 * @throws SagaConflict where it was started with another input
 */
export async function startSaga(sfn: SFNClient, machine: string, name: string, execution: SagaInput): Promise<string> {
  try {
    const input = JSON.stringify(execution)
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, name, input }))
    return executionArn
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error
    return assertSame(sfn, executionArnOf(machine, name), execution)
  }
}

/** What it was caused by may differ: two messages may ask for the same saga. */
async function assertSame(sfn: SFNClient, executionArn: string, wanted: SagaInput): Promise<string> {
  const { input = '{}' } = await sfn.send(new DescribeExecutionCommand({ executionArn }))
  const known = JSON.parse(input) as SagaInput
  if (canonical(known.input) !== canonical(wanted.input))
    throw new SagaConflict(`${executionArn} was started with another input: a saga's id must tell its input`)
  return executionArn
}

/** @param machine ARN of a machine, of its version or alias */
export function executionArnOf(machine: string, name: string): string {
  const [arn, aws, states, region, account, , machineName] = machine.split(':')
  return [arn, aws, states, region, account, 'execution', machineName, name].join(':')
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
