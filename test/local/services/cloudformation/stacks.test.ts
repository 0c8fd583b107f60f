import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListImportsCommand,
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
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }))
    expect(StackEvents.map(({ LogicalResourceId, ResourceStatus }) => [LogicalResourceId, ResourceStatus])).toEqual([
      ['shown', 'CREATE_COMPLETE'],
      ['P', 'CREATE_COMPLETE'],
      ['P', 'CREATE_IN_PROGRESS'],
      ['shown', 'CREATE_IN_PROGRESS'],
    ])
    expect(StackEvents.at(-1)).toMatchObject({ ResourceStatusReason: 'User Initiated', EventId: expect.any(String) })
    const valued = {
      ...template,
      Resources: { P: { ...template.Resources.P, Properties: { ...template.Resources.P.Properties, Value: 'y' } } },
    }
    await cloud.clock.advance(60_000)
    await cloud.deploy(writeAssembly({ shown: { template: valued } }))
    const after = (await client.send(new DescribeStackEventsCommand({ StackName }))).StackEvents ?? []
    expect(
      after.slice(0, 5).map(({ LogicalResourceId, ResourceStatus }) => [LogicalResourceId, ResourceStatus]),
    ).toEqual([
      ['shown', 'UPDATE_COMPLETE'],
      ['shown', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
      ['P', 'UPDATE_COMPLETE'],
      ['P', 'UPDATE_IN_PROGRESS'],
      ['shown', 'UPDATE_IN_PROGRESS'],
    ])
    expect(after.slice(5)).toEqual(StackEvents)
    await expect(client.send(new DescribeStackEventsCommand({ StackName: 'none' }))).rejects.toThrow(
      'Stack [none] does not exist',
    )
    await expect(client.send(new ListImportsCommand({ ExportName: 'shown-name' }))).rejects.toThrow(
      "Export 'shown-name' is not imported by any stack.",
    )
    await cloud.deploy(writeAssembly({ shown: { template } }))
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
