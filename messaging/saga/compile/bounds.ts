import { type Node, type RetryPolicy, type StepNode, stepsOf } from '../plan.ts'
import type { AnySaga } from '../saga.ts'
import { type Course, courseOf } from './backward.ts'
import { actRetriers, COMPENSATION, type Retrier } from './retry.ts'
import type { SagaTargets } from './targets.ts'
import { ATTENTION_SECONDS, taskSeconds } from './tasks.ts'

/** A Standard execution ends after a year. */
export const MAX_EXECUTION_SECONDS = 31_536_000
/** Seconds in the state that opens the record, with its retries. */
const OPENING_SECONDS = 8 * 60 + 8 * 30
/** Of an operator's path: one wait for as long as reminders are sent. */
const ATTENDING_SECONDS = ATTENTION_SECONDS

/** Seconds that an execution can take at most: every step at its limits, then every compensation, then an operator. */
export function secondsOf(saga: AnySaga, targets: SagaTargets): number {
  const course = courseOf(saga.name, saga.nodes, targets)
  const back = course.undoable.reduce((sum, node) => sum + triedFor(COMPENSATION, ownSeconds(node, targets)), 0)
  const settling = course.pivot ? triedFor(COMPENSATION, ownSeconds(course.pivot, targets)) : 0
  return Math.ceil(OPENING_SECONDS + rowSeconds(saga.nodes, course) + settling + back + ATTENDING_SECONDS)
}

function rowSeconds(nodes: readonly Node[], course: Course): number {
  return nodes.reduce((sum, node) => sum + nodeSeconds(node, course), 0)
}

function nodeSeconds(node: Node, course: Course): number {
  if (node.kind === 'step') return stepSeconds(node, course)
  const ways = node.kind === 'parallel' ? node.branches : [node.yes, node.no]
  return Math.max(0, ...ways.map((way) => rowSeconds(way, course)))
}

export function stepSeconds(node: StepNode, course: Course): number {
  const turnsBack = !course.forward.includes(node) && !node.pivot
  const once = node.answerWithin === undefined ? ownSeconds(node, course.targets) : Math.ceil(node.answerWithin / 1000)
  const retriers = actRetriers(node, turnsBack)
  // Retriers count for themselves: at worst each is used up.
  return once + retriers.reduce((sum, retrier) => sum + retrierSeconds(retrier, once), 0)
}

function ownSeconds(node: StepNode, { steps }: SagaTargets): number {
  const target = steps[node.contract.name]
  return target ? taskSeconds(node, target) : 0
}

function retrierSeconds({ MaxAttempts, IntervalSeconds = 1, MaxDelaySeconds = 1 }: Retrier, once: number): number {
  if (MaxAttempts > 10_000) return 0 // Tried until it succeeds: its alarm rings, and the machine's own limit ends it.
  return MaxAttempts * once + waits(MaxAttempts, IntervalSeconds, MaxDelaySeconds)
}

const triedFor = ({ attempts, first, max }: RetryPolicy, once: number): number => {
  const times = attempts === 'forever' ? 0 : attempts
  return times * once + waits(times - 1, first / 1000, max / 1000)
}

function waits(count: number, first: number, max: number): number {
  const growing = Math.min(count, Math.ceil(Math.log2(Math.max(1, max / first))))
  const sum = Array.from({ length: growing }, (_, index) => first * 2 ** index).reduce((a, b) => a + b, 0)
  return sum + (count - growing) * max
}

/** Step Functions ends an execution at 25,000 events, and redrives only below that. */
export const MAX_EVENTS = 24_999
/** Scheduled, started, and its end; a retried attempt has no more. */
const EVENTS_PER_ATTEMPT = 3
const EVENTS_PER_STATE = 2

/** Events of an execution in which everything is tried as often as it may be. */
export function eventsOf(saga: AnySaga, targets: SagaTargets): number {
  const course = courseOf(saga.name, saga.nodes, targets)
  const acts = stepsOf(saga.nodes).map((node) => {
    const turnsBack = !course.forward.includes(node) && !node.pivot
    return actRetriers(node, turnsBack).reduce((sum, { MaxAttempts }) => sum + bounded(MaxAttempts), 1)
  })
  const undos = [...course.undoable, ...(course.pivot ? [course.pivot] : [])].map(() =>
    bounded(COMPENSATION.attempts as number),
  )
  const attempts = [...acts, ...undos].reduce((sum, count) => sum + count, 0)
  return attempts * EVENTS_PER_ATTEMPT + (acts.length + undos.length + 8) * EVENTS_PER_STATE
}

const bounded = (attempts: number): number => (attempts > 10_000 ? 0 : attempts)
