import { createHash } from 'node:crypto'
import type {
  DescribeStackEventsCommandInput,
  DescribeStackEventsCommandOutput,
  ListImportsCommandInput,
  ListImportsCommandOutput,
  StackEvent,
} from '@aws-sdk/client-cloudformation'
import type { DeployedResource, DeployedStack, Stacks } from '../../../assembly/stack.ts'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { onStack } from './find.ts'

const refused = (message: string): AwsError => new AwsError('ValidationError', message, { status: 400 })

/** What happened to stacks, and who uses what they export. Everything fits one page. */
export function eventActions(stacks: Stacks, context: CloudContext): Record<string, Action> {
  return {
    DescribeStackEvents: action<DescribeStackEventsCommandInput, DescribeStackEventsCommandOutput>({
      accepts: ['StackName'],
      access: onStack(stacks, context, 'DescribeStackEvents'),
      run: ({ StackName }) => {
        const stack = stacks.find(StackName ?? '')
        // In brackets here, as CDK's own monitor expects it.
        if (!stack) throw refused(`Stack [${StackName}] does not exist`)
        return { StackEvents: eventsOf(stack).toReversed() }
      },
    }),
    ListImports: action<ListImportsCommandInput, ListImportsCommandOutput>({
      accepts: ['ExportName'],
      access: () => onStack(stacks, context, 'ListImports')({}),
      run: ({ ExportName = '' }) => {
        const Imports = stacks.all().flatMap(({ name, imports }) => (imports.includes(ExportName) ? [name] : []))
        if (Imports.length === 0) throw refused(`Export '${ExportName}' is not imported by any stack.`)
        return { Imports }
      },
    }),
  }
}

/** A stack is among its own events, with a state that the model has not among those of resources. */
type Status = NonNullable<StackEvent['ResourceStatus']> | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'

interface Step {
  readonly at: number
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly status: Status
  readonly reason?: string
}

/**
 * The creation of a stack and of what it holds, and the last update of each, oldest first: what is kept of them. Deployments between
 * those, and what a stack no longer holds, are not told.
 */
function eventsOf(stack: DeployedStack): StackEvent[] {
  const own = (at: number, status: Status, reason?: string): Step => ({
    ...{ at, status, logicalId: stack.name, physicalId: stack.id, type: 'AWS::CloudFormation::Stack' },
    ...(reason !== undefined && { reason }),
  })
  const { created, updated } = stack
  const first = stack.resources.filter((resource) => updated === undefined || resource.created < updated)
  const later = stack.resources.filter((resource) => updated !== undefined && changedAt(resource) >= updated)
  return [
    own(created, 'CREATE_IN_PROGRESS', 'User Initiated'),
    ...first.flatMap(creation),
    own(first.at(-1)?.created ?? created, 'CREATE_COMPLETE'),
    ...(updated === undefined
      ? []
      : [
          own(updated, 'UPDATE_IN_PROGRESS', 'User Initiated'),
          ...later.flatMap((resource) => (resource.created >= updated ? creation(resource) : change(resource))),
          own(updated, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
          own(updated, 'UPDATE_COMPLETE'),
        ]),
  ].map((step) => told(stack, step))
}

const changedAt = ({ created, updated }: DeployedResource): number => updated ?? created

const steps = (resource: DeployedResource, at: number, kind: 'CREATE' | 'UPDATE'): Step[] => {
  const { logicalId, physicalId, type } = resource
  const named = { at, logicalId, physicalId, type }
  return [
    { ...named, status: `${kind}_IN_PROGRESS` },
    { ...named, status: `${kind}_COMPLETE` },
  ]
}
const creation = (resource: DeployedResource): Step[] => steps(resource, resource.created, 'CREATE')
const change = (resource: DeployedResource): Step[] => steps(resource, changedAt(resource), 'UPDATE')

function told({ id, name }: DeployedStack, { at, logicalId, physicalId, type, status, reason }: Step): StackEvent {
  const Timestamp = new Date(at)
  const ofStack = physicalId === id
  return {
    StackId: id,
    // A stack's own events have bare ids, a resource's tell what they are of.
    EventId: ofStack ? idOf(`${id} ${status}`) : `${logicalId}-${status}-${Timestamp.toISOString()}`,
    StackName: name,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp,
    ResourceStatus: status as NonNullable<StackEvent['ResourceStatus']>,
    ...(reason !== undefined && { ResourceStatusReason: reason }),
  }
}

/** The same for the same event, however often it is asked for. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
