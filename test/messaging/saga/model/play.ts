import type { AnySaga, AnyStep, StepHandler } from '../../../../messaging/index.ts'
import type { StepCall } from '../../../../messaging/runtime/saga-call.ts'
import { type StepNode, stepsOf } from '../../../../messaging/saga/plan.ts'
import type { Fate } from './fates.ts'
import { type Perform, Stopped, type TaskCall, TaskError, Waits } from './walker.ts'
import type { World } from './world.ts'

/** A saga to be checked, with the real handlers of its steps. */
export interface Subject {
  readonly saga: AnySaga
  readonly handlers: readonly StepHandler[]
  /** JSON of its input. */
  input(sagaId: string): unknown
  /** What a callback's provider answers. */
  answer(step: string): unknown
}

/** What is left to happen when the execution is over. */
export interface Afterwards {
  readonly what: 'call' | 'answer'
  readonly node: StepNode
  readonly call: StepCall
}

/** Plays one fate: each call of a task meets what its step is to meet. `afterwards` is filled on the way. */
export function performer(subject: Subject, world: World, fate: Fate, afterwards: Afterwards[]): Perform {
  const nodes = new Map(stepsOf(subject.saga.nodes).map((node) => [node.name, node]))
  const resumed = new Set<string>()
  return async ({ parameters: { Payload: payload, TableName } }: TaskCall) => {
    if (TableName !== undefined) return {}
    if (payload?.attention) return attend(payload.attention as { step: string }, fate, resumed)
    const call = payload as unknown as StepCall
    const node = nodes.get(call.step)
    if (!node) throw new Error(`no step '${call.step}'`)
    if (call.phase === 'act') return act(subject, world, node, call, fate, afterwards)
    if (call.phase === 'settle') return result(world.call(node.contract, call))
    return compensate(world, node.contract, call, fate, resumed)
  }
}

function attend({ step }: { step: string }, { backward }: Fate, resumed: Set<string>) {
  if (backward[step] !== 'exhausted and resumed' || resumed.has(step)) throw new Waits()
  resumed.add(step)
  return { verdict: 'retry' }
}

const timeout = (always: boolean) => new TaskError('States.Timeout', '', { always })
const died = () => new TaskError('Runtime.ExitError', 'the process died')

async function act(
  subject: Subject,
  world: World,
  node: StepNode,
  call: StepCall,
  { forward }: Fate,
  afterwards: Afterwards[],
): Promise<unknown> {
  const { contract, name } = node
  const does = () => done(subject, world, node, call)
  switch (forward[name] ?? 'done') {
    case 'done':
      return does()
    case 'twice':
      afterwards.push({ what: contract.callback ? 'answer' : 'call', node, call })
      return does()
    case 'crashed before':
      if (call.attempt > 1) return does()
      await world.crashed(contract, call)
      throw died()
    case 'crashed after':
      if (call.attempt > 1) return does()
      await result(world.call(contract, call))
      throw died()
    case 'failed':
      return refuse(world, node, call)
    case 'unknown but done':
      await does()
      throw timeout(true)
    case 'unknown and not done':
      throw timeout(true)
    case 'late':
      if (contract.callback) await result(world.call(contract, call))
      afterwards.push({ what: contract.callback ? 'answer' : 'call', node, call })
      throw timeout(true)
    case 'stopped after':
      await result(world.call(contract, call))
      afterwards.push({ what: 'call', node, call })
      if (contract.callback) afterwards.push({ what: 'answer', node, call })
      throw new Stopped()
    case 'stopped before':
      afterwards.push({ what: 'call', node, call })
      throw new Stopped()
  }
}

/** The step is called and, if it is a callback, answered. */
async function done({ answer }: Subject, world: World, { contract, name }: StepNode, call: StepCall): Promise<unknown> {
  const told = await result(world.call(contract, call))
  if (!contract.callback) return told
  const { errand } = await world.answer(contract, call.sagaId, name, { output: answer(name) })
  // Answered before, and told to a task that had given up: the call has just told this one.
  return errand && 'output' in errand ? errand.output : answer(name)
}

async function refuse(world: World, { contract, name }: StepNode, call: StepCall): Promise<unknown> {
  if (!contract.callback) return result(world.refused(contract, call))
  await result(world.call(contract, call))
  const refusal = { code: 'No', message: 'no' }
  await world.answer(contract, call.sagaId, name, { refusal })
  throw new TaskError('StepRefused', JSON.stringify({ errorMessage: 'No: no' }))
}

async function compensate(
  world: World,
  contract: AnyStep,
  call: StepCall,
  { backward }: Fate,
  resumed: ReadonlySet<string>,
): Promise<unknown> {
  const does = () => result(world.call(contract, call))
  switch (backward[call.step] ?? 'done') {
    case 'done':
      return does()
    case 'failed once':
      if (call.attempt > 1) return does()
      await world.crashed(contract, call)
      throw died()
    case 'unknown but done':
      if (call.attempt === 1) await does()
      if (call.attempt === 1) throw timeout(false)
      return does()
    case 'unknown and not done':
      if (call.attempt === 1) throw timeout(false)
      return does()
    case 'exhausted and resumed':
      if (resumed.has(call.step)) return does()
      throw timeout(true)
    case 'exhausted':
      throw timeout(true)
  }
}

/** A function's answer as the integration gives it; its error as Step Functions names it. */
export async function result(answer: Promise<unknown>): Promise<unknown> {
  try {
    return { Payload: JSON.parse(JSON.stringify(await answer)) }
  } catch (error) {
    const { name, message } = error as Error
    throw new TaskError(name, JSON.stringify({ errorType: name, errorMessage: message }))
  }
}
