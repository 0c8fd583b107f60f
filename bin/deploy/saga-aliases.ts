import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation'
import { CreateStateMachineAliasCommand, PublishStateMachineVersionCommand, SFNClient } from '@aws-sdk/client-sfn'
import { readAssembly } from '../../local/assembly/index.ts'

const ALIAS = 'AWS::StepFunctions::StateMachineAlias'

/**
 * Makes by API calls what a backend's CloudFormation refuses and its Step Functions has: versions and aliases of the state
 * machines of the whole assembly.
 */
export async function supplement(assembly: string, region: string): Promise<void> {
  const cloudformation = new CloudFormationClient({ region })
  const sfn = new SFNClient({ region })
  try {
    for (const { name: StackName, template } of readAssembly(assembly))
      for (const { Type, Properties = {} } of Object.values(template.Resources)) {
        if (Type !== ALIAS) continue
        const [{ StateMachineVersionArn: version }] = Properties.RoutingConfiguration as [Routing]
        const machine = template.Resources[version['Fn::GetAtt'][0]]?.Properties?.StateMachineArn as Reference
        const { StackResourceDetail } = await cloudformation.send(
          new DescribeStackResourceCommand({ StackName, LogicalResourceId: machine['Fn::GetAtt'][0] }),
        )
        const stateMachineArn = StackResourceDetail?.PhysicalResourceId
        const { stateMachineVersionArn } = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn }))
        await sfn.send(
          new CreateStateMachineAliasCommand({
            name: String(Properties.Name),
            routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
          }),
        )
      }
  } finally {
    cloudformation.destroy()
    sfn.destroy()
  }
}

interface Reference {
  readonly 'Fn::GetAtt': readonly [logicalId: string, attribute: string]
}

interface Routing {
  readonly StateMachineVersionArn: Reference
}
