import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { undoOf } from '../saga/compile/targets.ts'
import type { StepNode } from '../saga/plan.ts'
import type { StepStatus } from '../saga/status.ts'

interface Progress {
  attempts: number
  compensations: number
  state: StepStatus['state']
  startedAt?: Date
  endedAt?: Date
  error?: { code: string; message: string }
}

/** Reads how each step stands out of the histories of a saga's executions, the first one first. */
export function stepStatuses(
  steps: readonly StepNode[],
  histories: readonly (readonly HistoryEvent[])[],
): StepStatus[] {
  const progress = new Map(steps.map(({ name }) => [name, initial()]))
  const forward = new Map(steps.map((node) => [node.name, node]))
  const back = new Map(steps.map((node) => [undoOf(node.name), node]))
  for (const events of histories) {
    const stateOf = new Map<number, string>()
    for (const event of events) {
      const state = event.stateEnteredEventDetails?.name ?? stateOf.get(event.previousEventId ?? 0) ?? ''
      stateOf.set(event.id ?? 0, state)
      const acting = forward.get(state)
      const undoing = back.get(state)
      const node = acting ?? undoing
      if (node) note(progress.get(node.name) ?? initial(), event, node, acting !== undefined)
    }
  }
  return steps.map(({ name }) => ({ step: name, ...(progress.get(name) ?? initial()) }))
}

const initial = (): Progress => ({ attempts: 0, compensations: 0, state: 'pending' })

function note(step: Progress, event: HistoryEvent, { contract }: StepNode, forward: boolean): void {
  const { timestamp: at } = event
  switch (event.type) {
    case 'TaskStateEntered':
      step.state = forward ? 'running' : 'compensating'
      if (forward && at) step.startedAt ??= at
      return
    case 'TaskScheduled':
      if (forward) step.attempts++
      else step.compensations++
      return
    case 'TaskSubmitted':
      if (forward && contract.callback) step.state = 'waiting'
      return
    case 'TaskFailed':
    case 'TaskTimedOut':
      failed(step, event.taskFailedEventDetails ?? event.taskTimedOutEventDetails, forward, at)
      return
    case 'TaskSucceeded':
      step.state = forward ? 'done' : 'compensated'
      if (at) step.endedAt = at
  }
}

function failed(
  step: Progress,
  details: { readonly error?: string | undefined; readonly cause?: string | undefined } | undefined,
  forward: boolean,
  at: Date | undefined,
): void {
  if (forward) step.state = 'failed'
  if (at) step.endedAt = at
  step.error = { code: details?.error ?? '', message: details?.cause ?? '' }
}
