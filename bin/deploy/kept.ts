import { CloudFormationClient, DescribeStackResourcesCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation'

/** A resource that stays when its stack goes. */
export interface Kept {
  readonly type: string
  readonly id: string
}

/** An old version outlives an update of its stack, and goes with its function or state machine. */
const GOES_WITH_OWNER: readonly string[] = ['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion']

interface Policies {
  readonly Resources?: Readonly<Record<string, { readonly DeletionPolicy?: string }>>
}

/** What the deployed templates keep, by type and physical id. */
export async function keptBy(stacks: readonly string[]): Promise<Kept[]> {
  const client = new CloudFormationClient({})
  try {
    const found: Kept[] = []
    for (const StackName of stacks) {
      const { TemplateBody = '{}' } = await client.send(
        new GetTemplateCommand({ StackName, TemplateStage: 'Processed' }),
      )
      const { Resources = {} } = JSON.parse(TemplateBody) as Policies
      const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }))
      for (const { LogicalResourceId = '', PhysicalResourceId: id = '', ResourceType: type = '' } of StackResources)
        if (Resources[LogicalResourceId]?.DeletionPolicy?.startsWith('Retain') && !GOES_WITH_OWNER.includes(type))
          found.push({ type, id })
    }
    return found.sort((a, b) => (`${a.type} ${a.id}` < `${b.type} ${b.id}` ? -1 : 1))
  } finally {
    client.destroy()
  }
}
