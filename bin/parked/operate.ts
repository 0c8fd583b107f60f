import { InvokeCommand } from '@aws-sdk/client-lambda'
import type { Operation, OperationAnswer } from '../../messaging/operation.ts'
import { CommandFailure } from '../failure.ts'
import type { Group, Owner, Tools } from './find.ts'

/** Asks the consumer's own function: the operator needs no right to its table, its queue or what it calls. */
export async function operate({ lambda }: Tools, owner: Owner, operation: Operation): Promise<OperationAnswer> {
  const Payload = JSON.stringify(operation)
  const answer = await lambda.send(new InvokeCommand({ FunctionName: owner.functionName, Payload }))
  const text = answer.Payload?.transformToString() ?? ''
  if (!answer.FunctionError) return JSON.parse(text) as OperationAnswer
  const { errorMessage = text } = JSON.parse(text) as { errorMessage?: string }
  throw new CommandFailure(`${owner.functionName} failed: ${errorMessage}`)
}

/** Goes on until the group is through or a message stops it: an invocation ends with its time, the next goes on from there. */
export async function resumeGroup(tools: Tools, { owner, group }: Group, apply: boolean): Promise<OperationAnswer> {
  for (let done = 0; ; ) {
    const answer = await operate(tools, owner, { penstock: 'resume', group, apply })
    done += answer.done
    if (!answer.left || answer.stopped) return { ...answer, done }
    if (answer.done === 0) throw new CommandFailure(`${owner.functionName} has no time for one message of '${group}'`)
  }
}
