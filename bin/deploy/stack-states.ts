import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation'
import { CommandFailure } from '../failure.ts'

/** What has to be done before a stack in this state can be deployed to; the other states need nothing. */
const wayOut: Readonly<Record<string, (stack: string) => string>> = {
  CREATE_IN_PROGRESS: waiting,
  UPDATE_IN_PROGRESS: waiting,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: waiting,
  UPDATE_ROLLBACK_IN_PROGRESS: waiting,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: waiting,
  ROLLBACK_IN_PROGRESS: waiting,
  DELETE_IN_PROGRESS: waiting,
  IMPORT_IN_PROGRESS: waiting,
  IMPORT_ROLLBACK_IN_PROGRESS: waiting,
  UPDATE_FAILED: rolledBack,
  UPDATE_ROLLBACK_FAILED: rolledBack,
  ROLLBACK_FAILED: (stack) =>
    `its creation failed and so did taking it back; delete it with \`npm run destroy -- ${stack}\`, then deploy again`,
  DELETE_FAILED: (stack) =>
    `something in it could not be deleted; see its events, mend that, and delete it with \`npm run destroy -- ${stack}\``,
}

function waiting(): string {
  return 'another deployment is under way; wait for its end (or cancel it), then deploy again'
}

function rolledBack(stack: string): string {
  return `its last update stopped half-way; take it back with \`npx cdk rollback ${stack}\`, then deploy again`
}

/** A creation that failed and was taken back: nothing of it can be updated, and the CDK command line deletes it first. */
export const FAILED_CREATION: readonly string[] = ['ROLLBACK_COMPLETE', 'CREATE_FAILED']

/** The stacks of these names that exist. */
export async function existing(names: readonly string[]): Promise<Stack[]> {
  const client = new CloudFormationClient({})
  try {
    const described = names.map(async (StackName) => {
      try {
        return (await client.send(new DescribeStacksCommand({ StackName }))).Stacks ?? []
      } catch (error) {
        if (/does not exist/.test((error as Error).message)) return []
        throw error
      }
    })
    return (await Promise.all(described)).flat().filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
  } finally {
    client.destroy()
  }
}

/** @throws CommandFailure that names each stack that cannot be deployed to, why, and what to do */
export function refuseBlocked(stacks: readonly Stack[]): void {
  const lines = stacks.flatMap(({ StackName = '', StackStatus = '', StackStatusReason }) => {
    const advice = wayOut[StackStatus]?.(StackName)
    const reason = StackStatusReason ? `, ${StackStatusReason}` : ''
    return advice === undefined ? [] : [`${StackName} is ${StackStatus}${reason}: ${advice}.`]
  })
  if (lines.length > 0) throw new CommandFailure(lines.join('\n'))
}
