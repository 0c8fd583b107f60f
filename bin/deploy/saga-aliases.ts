import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation'
import {
  CreateStateMachineAliasCommand,
  PublishStateMachineVersionCommand,
  SFNClient,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn'
import type { AssemblyStack } from '../../local/assembly/index.ts'

export const ALIAS = 'AWS::StepFunctions::StateMachineAlias'

/**
 * Makes by API calls what was left out because an endpoint's CloudFormation lacks it and its Step Functions does not: versions and
 * aliases of state machines, by which sagas are started. Answers the aliases' ARNs.
 */
export async function makeSagaAliases(stacks: readonly AssemblyStack[]): Promise<string[]> {
  const cloudformation = new CloudFormationClient({})
  const sfn = new SFNClient({})
  try {
    const made: string[] = []
    for (const { name: StackName, template } of stacks)
      for (const { Type, Properties = {} } of Object.values(template.Resources)) {
        if (Type !== ALIAS) continue
        const [{ StateMachineVersionArn: version }] = Properties.RoutingConfiguration as [Routing]
        const machine = template.Resources[version['Fn::GetAtt'][0]]?.Properties?.StateMachineArn as Reference
        const LogicalResourceId = machine['Fn::GetAtt'][0]
        const { StackResourceDetail } = await cloudformation.send(
          new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
        )
        made.push(await pointed(sfn, StackResourceDetail?.PhysicalResourceId ?? '', String(Properties.Name)))
      }
    return made
  } finally {
    cloudformation.destroy()
    sfn.destroy()
  }
}

/** The alias at the machine as it is now. */
async function pointed(sfn: SFNClient, stateMachineArn: string, name: string): Promise<string> {
  const { stateMachineVersionArn } = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn }))
  const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }]
  const stateMachineAliasArn = `${stateMachineArn}:${name}`
  try {
    await sfn.send(new CreateStateMachineAliasCommand({ name, routingConfiguration }))
  } catch (error) {
    if ((error as Error).name !== 'ConflictException') throw error
    await sfn.send(new UpdateStateMachineAliasCommand({ stateMachineAliasArn, routingConfiguration }))
  }
  return stateMachineAliasArn
}

interface Reference {
  readonly 'Fn::GetAtt': readonly [logicalId: string, attribute: string]
}

interface Routing {
  readonly StateMachineVersionArn: Reference
}
