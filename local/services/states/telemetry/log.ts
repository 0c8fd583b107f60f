import type { LoggingConfiguration } from '@aws-sdk/client-sfn'
import type { CloudContext } from '../../../service.ts'
import type { Execution } from '../execution/execution.ts'
import type { HistoryEvent } from '../execution/history.ts'

const fatal = /^Execution(Failed|Aborted|TimedOut)$/
const failed = /(Failed|Aborted|TimedOut)$/

/** Writes a history event to the state machine's log group, as its level asks for. */
export function logEvent(context: CloudContext, execution: Execution, event: HistoryEvent): void {
  const { level, includeExecutionData } = execution.revision.logging
  const group = logGroupOf(execution.revision.logging)
  if (group === undefined || !wanted(level ?? 'OFF', event.type ?? '')) return
  const { id, previousEventId, timestamp, type, ...details } = event
  const line = {
    id: String(id),
    type,
    details: includeExecutionData ? Object.values(details)[0] : withoutData(Object.values(details)[0]),
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestamp?.getTime()),
    execution_arn: execution.arn,
    redrive_count: String(execution.redriveCount),
  }
  context.log(group, `states/${execution.machineName}/${execution.name}`, [JSON.stringify(line)])
}

/** Name of the group that the machine logs to. */
export const logGroupOf = ({ destinations }: LoggingConfiguration): string | undefined =>
  destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn?.split(':log-group:')[1]?.replace(/:\*$/, '')

const wanted = (level: string, type: string): boolean =>
  level === 'ALL' || (level === 'ERROR' && failed.test(type)) || (level === 'FATAL' && fatal.test(type))

/** Inputs and outputs stay out of the log unless it is to have them. */
function withoutData(details: unknown): unknown {
  if (typeof details !== 'object' || details === null) return details
  const data = ['input', 'output', 'parameters', 'inputDetails', 'outputDetails']
  return Object.fromEntries(Object.entries(details).filter(([name]) => !data.includes(name)))
}
