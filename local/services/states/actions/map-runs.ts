import type {
  DescribeMapRunCommandInput,
  DescribeMapRunCommandOutput,
  ListMapRunsCommandInput,
  ListMapRunsCommandOutput,
} from '@aws-sdk/client-sfn'
import { type Action, action } from '../../../service.ts'
import type { ItemStatus, MapRun } from '../execution/map/map-runs.ts'
import { checkArn } from '../model/names.ts'
import { page } from '../model/pages.ts'
import { on, type StatesParts } from '../parts.ts'

export const mapRunActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  DescribeMapRun: action<DescribeMapRunCommandInput, DescribeMapRunCommandOutput>({
    accepts: ['mapRunArn'],
    access: on('DescribeMapRun', 'mapRunArn'),
    run: ({ mapRunArn }) => describe(parts.mapRuns.get(checkArn(mapRunArn, 'mapRun'))),
  }),
  ListMapRuns: action<ListMapRunsCommandInput, ListMapRunsCommandOutput>({
    accepts: ['executionArn', 'maxResults', 'nextToken'],
    access: on('ListMapRuns', 'executionArn'),
    run({ executionArn, ...paging }) {
      const { arn } = parts.executions.get(checkArn(executionArn, 'execution'))
      const { items, ...rest } = page(parts.mapRuns.of(arn), paging)
      return { mapRuns: items.map(summary), ...rest }
    },
  }),
})

const summary = (run: MapRun) => ({
  executionArn: run.executionArn,
  mapRunArn: run.arn,
  stateMachineArn: run.machineArn,
  startDate: new Date(run.startDate),
  ...(run.stopDate === undefined ? {} : { stopDate: new Date(run.stopDate) }),
})

const describe = (run: MapRun): Omit<DescribeMapRunCommandOutput, '$metadata'> => ({
  mapRunArn: run.arn,
  executionArn: run.executionArn,
  status: run.status,
  startDate: new Date(run.startDate),
  ...(run.stopDate === undefined ? {} : { stopDate: new Date(run.stopDate) }),
  maxConcurrency: run.maxConcurrency,
  toleratedFailureCount: run.threshold.count ?? 0,
  toleratedFailurePercentage: run.threshold.percentage ?? 0,
  itemCounts: countsOf(run.items),
  executionCounts: countsOf(run.executions),
  redriveCount: 0,
})

const countsOf = (counts: Readonly<Record<ItemStatus, number>>) => ({
  ...counts,
  total: Object.values(counts).reduce((sum, count) => sum + count, 0),
  resultsWritten: counts.succeeded,
  failuresNotRedrivable: 0,
  pendingRedrive: 0,
})
