import type {
  DescribeStacksCommandInput,
  DescribeStacksCommandOutput,
  GetTemplateCommandInput,
  GetTemplateCommandOutput,
  ListExportsCommandInput,
  ListExportsCommandOutput,
  ListStacksCommandInput,
  ListStacksCommandOutput,
  Stack,
} from '@aws-sdk/client-cloudformation'
import type { DeployedStack, Stacks } from '../../../assembly/stack.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { onStack, stackOf } from './find.ts'

/** Reading stacks, their templates and their exports. Everything fits one page. */
export function stackActions(stacks: Stacks, context: CloudContext): Record<string, Action> {
  const on = (name: string) => onStack(stacks, context, name)
  return {
    DescribeStacks: action<DescribeStacksCommandInput, DescribeStacksCommandOutput>({
      accepts: ['StackName'],
      access: on('DescribeStacks'),
      run: ({ StackName }) => ({
        Stacks: (StackName === undefined ? stacks.all().toReversed() : [stackOf(stacks, StackName)]).map(shape),
      }),
    }),
    ListStacks: action<ListStacksCommandInput, ListStacksCommandOutput>({
      accepts: ['StackStatusFilter'],
      access: () => on('ListStacks')({}),
      run: ({ StackStatusFilter }) => ({
        StackSummaries: stacks
          .all()
          .toReversed()
          .filter(({ status }) => StackStatusFilter?.includes(status) ?? true)
          .map((stack) => ({
            StackId: stack.id,
            StackName: stack.name,
            ...(stack.description === undefined ? {} : { TemplateDescription: stack.description }),
            CreationTime: new Date(stack.created),
            ...(stack.updated === undefined ? {} : { LastUpdatedTime: new Date(stack.updated) }),
            StackStatus: stack.status,
            DriftInformation: undrifted,
          })),
      }),
    }),
    GetTemplate: action<GetTemplateCommandInput, GetTemplateCommandOutput>({
      accepts: ['StackName', 'TemplateStage'],
      access: on('GetTemplate'),
      run: ({ StackName }) => ({
        TemplateBody: JSON.stringify(stackOf(stacks, StackName).template),
        StagesAvailable: ['Original', 'Processed'],
      }),
    }),
    ListExports: action<ListExportsCommandInput, ListExportsCommandOutput>({
      accepts: [],
      access: () => on('ListExports')({}),
      run: () => ({
        Exports: stacks
          .all()
          .flatMap(({ id, exports }) =>
            Object.entries(exports).map(([Name, Value]) => ({ ExportingStackId: id, Name, Value })),
          ),
      }),
    }),
  }
}

/** Nobody has looked for drift, and nobody can here. */
const undrifted = { StackDriftStatus: 'NOT_CHECKED' as const }

const shape = (stack: DeployedStack): Stack => ({
  StackId: stack.id,
  StackName: stack.name,
  ...(stack.description === undefined ? {} : { Description: stack.description }),
  Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  })),
  CreationTime: new Date(stack.created),
  ...(stack.updated === undefined ? {} : { LastUpdatedTime: new Date(stack.updated) }),
  StackStatus: stack.status,
  DisableRollback: false,
  RollbackConfiguration: {},
  NotificationARNs: [],
  EnableTerminationProtection: false,
  DriftInformation: undrifted,
  Outputs: stack.outputDetails.map(({ key, value, description, exportName }) => ({
    OutputKey: key,
    OutputValue: value,
    ...(description === undefined ? {} : { Description: description }),
    ...(exportName === undefined ? {} : { ExportName: exportName }),
  })),
  Tags: [],
})
