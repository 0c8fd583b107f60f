import type { HistoryEvent } from '../execution/history.ts'

const data = ['input', 'inputDetails', 'output', 'outputDetails', 'assignedVariables', 'assignedVariablesDetails']

/** The event without what went in and came out. What a task sent stays: measured on AWS. */
export function withoutExecutionData(event: HistoryEvent): HistoryEvent {
  const stripped = Object.entries(event).map(([name, value]) => [name, isDetails(value) ? without(value) : value])
  return Object.fromEntries(stripped) as HistoryEvent
}

const isDetails = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Date)

const without = (details: object): object =>
  Object.fromEntries(Object.entries(details).filter(([name]) => !data.includes(name)))
