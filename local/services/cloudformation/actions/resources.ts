import type {
  DescribeStackResourceCommandInput,
  DescribeStackResourceCommandOutput,
  DescribeStackResourcesCommandInput,
  DescribeStackResourcesCommandOutput,
  ListStackResourcesCommandInput,
  ListStackResourcesCommandOutput,
} from '@aws-sdk/client-cloudformation'
import type { DeployedResource, DeployedStack, Stacks } from '../../../assembly/stack.ts'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { onStack, stackOf } from './find.ts'

/** Reading the resources of a stack. Everything fits one page. */
export function resourceActions(stacks: Stacks, context: CloudContext): Record<string, Action> {
  const on = (name: string) => onStack(stacks, context, name)
  return {
    DescribeStackResources: action<DescribeStackResourcesCommandInput, DescribeStackResourcesCommandOutput>({
      accepts: ['StackName', 'LogicalResourceId', 'PhysicalResourceId'],
      access: on('DescribeStackResources'),
      run: ({ StackName, LogicalResourceId, PhysicalResourceId }) => {
        const stack = StackName === undefined ? holderOf(stacks, PhysicalResourceId) : stackOf(stacks, StackName)
        const found = stack.resources.filter(
          ({ logicalId, physicalId }) =>
            logicalId === (LogicalResourceId ?? logicalId) && physicalId === (PhysicalResourceId ?? physicalId),
        )
        return { StackResources: found.map((resource) => ({ ...ofStack(stack), ...timed(resource) })) }
      },
    }),
    DescribeStackResource: action<DescribeStackResourceCommandInput, DescribeStackResourceCommandOutput>({
      accepts: ['StackName', 'LogicalResourceId'],
      access: on('DescribeStackResource'),
      run: ({ StackName, LogicalResourceId }) => {
        const stack = stackOf(stacks, StackName)
        const resource = stack.resources.find(({ logicalId }) => logicalId === LogicalResourceId)
        if (!resource)
          throw new AwsError(
            'ValidationError',
            `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`,
            {
              status: 400,
            },
          )
        return { StackResourceDetail: { ...ofStack(stack), ...summary(resource) } }
      },
    }),
    ListStackResources: action<ListStackResourcesCommandInput, ListStackResourcesCommandOutput>({
      accepts: ['StackName'],
      access: on('ListStackResources'),
      run: ({ StackName }) => ({ StackResourceSummaries: stackOf(stacks, StackName).resources.map(summary) }),
    }),
  }
}

function holderOf(stacks: Stacks, id: string | undefined): DeployedStack {
  const stack = stacks.all().find(({ resources }) => resources.some(({ physicalId }) => physicalId === id))
  if (!stack) throw new AwsError('ValidationError', `Stack for ${id} does not exist`, { status: 400 })
  return stack
}

const ofStack = ({ name, id }: DeployedStack) => ({ StackName: name, StackId: id })

const named = ({ logicalId, physicalId, type, updated }: DeployedResource) => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  ResourceStatus: updated === undefined ? ('CREATE_COMPLETE' as const) : ('UPDATE_COMPLETE' as const),
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' as const },
})

const timed = (resource: DeployedResource) => ({
  ...named(resource),
  Timestamp: new Date(resource.updated ?? resource.created),
})

const summary = (resource: DeployedResource) => ({
  ...named(resource),
  LastUpdatedTimestamp: new Date(resource.updated ?? resource.created),
})
