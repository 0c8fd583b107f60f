import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { expect, it } from 'vitest'
import { startTestCloud } from '../../../support/cloud.ts'
import { writeAssembly } from '../../assembly/support.ts'

const template = {
  Description: 'What is shown',
  Parameters: { Colour: { Type: 'String', Default: 'red' } },
  Resources: { P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/shown', Type: 'String', Value: 'x' } } },
  Outputs: { Name: { Value: { Ref: 'P' }, Description: 'The name', Export: { Name: 'shown-name' } } },
}

it('shows what runs, and refuses to change it', async () => {
  const cloud = await startTestCloud()
  try {
    await cloud.deploy(writeAssembly({ shown: { template } }))
    const client = cloud.client(CloudFormationClient)
    const StackName = 'shown'
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }))
    expect(Stacks).toMatchObject([
      {
        ...{ StackName, StackStatus: 'CREATE_COMPLETE', Description: 'What is shown' },
        StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/shown\//),
        Parameters: [{ ParameterKey: 'Colour', ParameterValue: 'red' }],
        Outputs: [{ OutputKey: 'Name', OutputValue: '/shown', Description: 'The name', ExportName: 'shown-name' }],
        CreationTime: new Date(cloud.clock.now()),
        ...{ DisableRollback: false, EnableTerminationProtection: false, RollbackConfiguration: {} },
        DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
      },
    ])
    const resource = { LogicalResourceId: 'P', PhysicalResourceId: '/shown', ResourceType: 'AWS::SSM::Parameter' }
    const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName }))
    expect(StackResources).toMatchObject([resource])
    const byId = await client.send(new DescribeStackResourcesCommand({ PhysicalResourceId: '/shown' }))
    expect(byId.StackResources).toMatchObject([resource])
    const one = await client.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'P' }))
    expect(one.StackResourceDetail).toMatchObject(resource)
    const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName }))
    expect(StackResourceSummaries).toMatchObject([resource])
    const { StackSummaries } = await client.send(new ListStacksCommand({}))
    expect(StackSummaries).toMatchObject([{ StackName, StackStatus: 'CREATE_COMPLETE' }])
    expect(await client.send(new ListExportsCommand({}))).toMatchObject({
      Exports: [{ Name: 'shown-name', Value: '/shown', ExportingStackId: Stacks[0]?.StackId }],
    })
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }))
    expect(JSON.parse(TemplateBody)).toEqual(template)
    await expect(client.send(new DescribeStacksCommand({ StackName: 'none' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id none does not exist',
    })
    await expect(client.send(new CreateStackCommand({ StackName: 'x', TemplateBody }))).rejects.toThrow(
      'The local cloud does not simulate the action cloudformation:CreateStack',
    )
  } finally {
    await cloud.stop()
  }
})
