import type {
  DescribeExecutionCommandInput,
  DescribeExecutionCommandOutput,
  DescribeStateMachineForExecutionCommandInput,
  DescribeStateMachineForExecutionCommandOutput,
  GetExecutionHistoryCommandInput,
  GetExecutionHistoryCommandOutput,
  ListExecutionsCommandInput,
  ListExecutionsCommandOutput,
  StopExecutionCommandInput,
  StopExecutionCommandOutput,
} from '@aws-sdk/client-sfn'
import { type Action, action } from '../../../service.ts'
import { machineDoesNotExist, typeNotSupported, validation } from '../errors.ts'
import type { Execution } from '../execution/execution.ts'
import { redriveStanding } from '../execution/redrive.ts'
import { atMost, oneOf, satisfies } from '../model/constraints.ts'
import { checkArn, parseMachineArn } from '../model/names.ts'
import { page } from '../model/pages.ts'
import { on, type StatesParts } from '../parts.ts'
import { describedDefinition } from './definition.ts'
import { withoutExecutionData } from './history-data.ts'

/** Of ListExecutions; the other listings keep to 1024. */
const LONGEST_TOKEN = 3096
const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING']

export const executionActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  DescribeExecution: action<DescribeExecutionCommandInput, DescribeExecutionCommandOutput>({
    accepts: ['executionArn', 'includedData'],
    access: on('DescribeExecution', 'executionArn'),
    run: ({ executionArn, includedData }) =>
      describe(parts, find(parts, executionArn), includedData !== 'METADATA_ONLY'),
  }),

  ListExecutions: action<ListExecutionsCommandInput, ListExecutionsCommandOutput>({
    accepts: ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken', 'mapRunArn', 'redriveFilter'],
    access: ({ stateMachineArn, mapRunArn }) => [
      { action: 'states:ListExecutions', resource: stateMachineArn ?? mapRunArn ?? '*' },
    ],
    run: (input) => list(parts, input),
  }),

  GetExecutionHistory: action<GetExecutionHistoryCommandInput, GetExecutionHistoryCommandOutput>({
    accepts: ['executionArn', 'maxResults', 'reverseOrder', 'nextToken', 'includeExecutionData'],
    access: on('GetExecutionHistory', 'executionArn'),
    run({ executionArn, reverseOrder, includeExecutionData, ...paging }) {
      const { events } = find(parts, executionArn).history
      const { items, ...rest } = page(reverseOrder ? events.toReversed() : events, paging)
      return { events: includeExecutionData === false ? items.map(withoutExecutionData) : items, ...rest }
    },
  }),

  StopExecution: action<StopExecutionCommandInput, StopExecutionCommandOutput>({
    accepts: ['executionArn', 'error', 'cause'],
    access: on('StopExecution', 'executionArn'),
    run({ executionArn, error, cause }) {
      satisfies(atMost('error', error, 256), atMost('cause', cause, 32_768))
      const execution = find(parts, executionArn)
      parts.executions.run(execution.arn)?.stop(error, cause)
      return { stopDate: new Date(execution.stopDate ?? parts.context.kernel.clock.now()) }
    },
  }),

  DescribeStateMachineForExecution: action<
    DescribeStateMachineForExecutionCommandInput,
    DescribeStateMachineForExecutionCommandOutput
  >({
    accepts: ['executionArn', 'includedData'],
    access: on('DescribeStateMachineForExecution', 'executionArn'),
    run({ executionArn, includedData }) {
      const { machineArn, machineName, revision, mapRunArn } = find(parts, executionArn)
      return {
        stateMachineArn: machineArn,
        name: machineName,
        roleArn: revision.roleArn,
        updateDate: new Date(revision.updated),
        loggingConfiguration: revision.logging,
        tracingConfiguration: { enabled: false },
        ...describedDefinition(revision, includedData),
        ...(mapRunArn === undefined ? {} : { mapRunArn }),
        ...(revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }),
      }
    },
  }),
})

/** An Express execution has no history and no description, but its log: its ARN is refused. */
const find = ({ executions }: StatesParts, executionArn: string | undefined): Execution =>
  executions.get(checkArn(executionArn, 'execution'))

function describe(
  parts: StatesParts,
  execution: Execution,
  included: boolean,
): Omit<DescribeExecutionCommandOutput, '$metadata'> {
  const { error, failureCause, output, stopDate } = execution
  return {
    ...summary(execution),
    ...(included ? { input: execution.input } : {}),
    inputDetails: { included },
    ...(output === undefined ? {} : { ...(included ? { output } : {}), outputDetails: { included } }),
    ...(error === undefined ? {} : { error }),
    ...(failureCause === undefined ? {} : { cause: failureCause }),
    ...(execution.traceHeader === undefined ? {} : { traceHeader: execution.traceHeader }),
    redriveCount: execution.redriveCount,
    ...redriveStanding(execution, parts.context.kernel.clock.now()),
    ...(stopDate === undefined ? {} : { stopDate: new Date(stopDate) }),
  }
}

const summary = (execution: Execution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machineArn,
  name: execution.name,
  status: execution.status,
  startDate: new Date(execution.startDate),
  ...(execution.stopDate === undefined ? {} : { stopDate: new Date(execution.stopDate) }),
  ...(execution.mapRunArn === undefined ? {} : { mapRunArn: execution.mapRunArn }),
  ...(execution.versionArn === undefined ? {} : { stateMachineVersionArn: execution.versionArn }),
  ...(execution.aliasArn === undefined ? {} : { stateMachineAliasArn: execution.aliasArn }),
  ...(execution.redriveDate === undefined ? {} : { redriveDate: new Date(execution.redriveDate) }),
})

function list(parts: StatesParts, input: ListExecutionsCommandInput): Omit<ListExecutionsCommandOutput, '$metadata'> {
  const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = input
  satisfies(
    oneOf('statusFilter', statusFilter, statuses),
    oneOf('redriveFilter', redriveFilter, ['REDRIVEN', 'NOT_REDRIVEN']),
  )
  if ((stateMachineArn === undefined) === (mapRunArn === undefined))
    throw validation('Must provide exactly one of stateMachineArn or mapRunArn')
  const belongs = stateMachineArn === undefined ? byMapRun(parts, mapRunArn ?? '') : byMachine(parts, stateMachineArn)
  const found = parts.executions.list(
    (execution) =>
      belongs(execution) &&
      (statusFilter === undefined || execution.status === statusFilter) &&
      (redriveFilter === undefined || execution.redriveCount > 0 === (redriveFilter === 'REDRIVEN')),
  )
  const { items, ...rest } = page(found, input, LONGEST_TOKEN)
  return {
    executions: items.map((execution) => ({ ...summary(execution), redriveCount: execution.redriveCount })),
    ...rest,
  }
}

function byMapRun({ mapRuns }: StatesParts, arn: string): (execution: Execution) => boolean {
  mapRuns.get(arn)
  return ({ mapRunArn }) => mapRunArn === arn
}

/** A version or an alias lists the executions that were started with it. */
function byMachine({ machines }: StatesParts, arn: string): (execution: Execution) => boolean {
  const { arn: base, qualifier } = parseMachineArn(arn)
  const machine = machines.find(base)
  if (!machine) throw machineDoesNotExist(arn)
  if (machine.type === 'EXPRESS') throw typeNotSupported()
  if (qualifier === undefined) return ({ machineArn, mapRunArn }) => machineArn === base && mapRunArn === undefined
  return ({ versionArn, aliasArn }) => versionArn === arn || aliasArn === arn
}
