import type { CloudContext } from '../../service.ts'
import type { StoredParameter } from './model.ts'

/**
 * Tells EventBridge's default bus of a change.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
 */
export async function tellEventBridge(
  context: CloudContext,
  operation: 'Create' | 'Update' | 'Delete',
  { name, arn, versions }: StoredParameter,
): Promise<void> {
  const { type, description } = versions.at(-1) ?? {}
  const Entries = [
    {
      Source: 'aws.ssm',
      DetailType: 'Parameter Store Change',
      Resources: [arn],
      Detail: JSON.stringify({ operation, name, type, ...(description !== undefined && { description }) }),
    },
  ]
  await context.call({ caller: context.administrator, service: 'events', action: 'PutEvents', input: { Entries } })
}
