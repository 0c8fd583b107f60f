import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { compileSaga, type StateMachineDefinition } from '../../../../messaging/index.ts'
import type { StepRecord } from '../../../../messaging/runtime/saga-record.ts'
import { type StepNode, stepsOf } from '../../../../messaging/saga/plan.ts'
import { targetsOf } from '../example.ts'
import { type Fate, fatesOf } from './fates.ts'
import { type Afterwards, performer, type Subject } from './play.ts'
import { type Walked, walk } from './walker.ts'
import { openWorld, type World } from './world.ts'

export type End = 'all done' | 'all undone' | 'needs attention'

export interface Checked {
  readonly paths: number
  readonly ends: Readonly<Record<End, number>>
  /** What was found, with the fate that leads there. */
  readonly problems: readonly string[]
  /** Of the processor. */
  readonly milliseconds: number
}

export interface CheckOptions<Table> {
  /** A table of its own for each path. */
  table(): { readonly client: DynamoDBClient } & Table
  /** What must hold of the business at the end of a path: money and stock. Answers what does not. */
  balance(table: Table, end: End, sagaId: string): readonly string[]
  /** How many steps before the one at which a saga turns, and compensations, deviate at once. @default 1 */
  readonly deviations?: number
  /** @default false */
  readonly stopAtFirstProblem?: boolean
}

/** Walks every fate through the compiled saga with the steps' real handlers, and looks where it ends. */
export async function checkSaga<Table>(subject: Subject, options: CheckOptions<Table>): Promise<Checked> {
  const began = process.cpuUsage()
  const definition = compileSaga(subject.saga, targetsOf(subject.saga))
  const ends: Record<End, number> = { 'all done': 0, 'all undone': 0, 'needs attention': 0 }
  const problems: string[] = []
  let paths = 0
  for (const fate of fatesOf(subject.saga, options.deviations ?? 1)) {
    const sagaId = `saga-${paths++}`
    const table = options.table()
    const found = await walkFate(
      subject,
      definition,
      fate,
      sagaId,
      openWorld(subject.saga, subject.handlers, table.client),
    )
    if (found.end) ends[found.end]++
    const told = [...found.problems, ...(found.end ? options.balance(table, found.end, sagaId) : [])]
    problems.push(...told.map((problem) => `${problem} (${JSON.stringify(fate)}; ${found.way.join(', ')})`))
    if (options.stopAtFirstProblem && problems.length > 0) break
  }
  return { paths, ends, problems, milliseconds: Math.round(process.cpuUsage(began).user / 1000) }
}

/** Names of the states that a fate leads through, in each execution of the saga. */
export async function wayOf(subject: Subject, fate: Partial<Fate>, client: DynamoDBClient): Promise<readonly string[]> {
  const definition = compileSaga(subject.saga, targetsOf(subject.saga))
  const world = openWorld(subject.saga, subject.handlers, client)
  return (await walkFate(subject, definition, { forward: {}, backward: {}, ...fate }, 'walked', world)).way
}

interface Found {
  readonly end: End | undefined
  readonly problems: readonly string[]
  readonly way: readonly string[]
}

async function walkFate(
  subject: Subject,
  definition: StateMachineDefinition,
  fate: Fate,
  sagaId: string,
  world: World,
): Promise<Found> {
  const origin = { correlationId: sagaId, hops: 0 }
  const input = subject.input(sagaId)
  const afterwards: Afterwards[] = []
  const way: string[] = []
  const go = async (name: string, given: object, forward: Fate['forward']) => {
    const walked = await walk(definition, name, given, performer(subject, world, { ...fate, forward }, afterwards))
    way.push(...walked.entered, walked.status)
    return walked
  }
  const recover = (occasion: string) => {
    const failure = { step: 'execution', code: 'ABORTED', message: occasion }
    return go(`${sagaId}.r`, { recovers: sagaId, input, origin, failure }, {})
  }
  let last = await go(sagaId, { input, origin }, fate.forward)
  if (last.status === 'ABORTED') last = await recover('stopped')
  const problems: string[] = []
  for (const later of afterwards.splice(0)) {
    const told = await happensLater(subject, world, later)
    if (told === 'orphan') last = await recover('orphan')
    problems.push(...wrong(later.node, told, endOf(last)))
  }
  const end = endOf(last)
  const records = await recordsOf(world, stepsOf(subject.saga.nodes), sagaId)
  return {
    end,
    way,
    problems: [...problems, ...(end ? misfits(records, end) : [`it ends ${last.status} ${last.error}`])],
  }
}

function endOf({ status, error, entered }: Walked): End | undefined {
  if (status === 'SUCCEEDED') return 'all done'
  if (status === 'FAILED' && error === 'Saga.Undone') return 'all undone'
  return status === 'WAITING' && entered.at(-1) === 'NeedsAttention' ? 'needs attention' : undefined
}

/** A call that comes when the saga is over (a redrive, a duplicate), or an answer. */
async function happensLater({ answer }: Subject, world: World, { what, node, call }: Afterwards): Promise<string> {
  const { contract, name } = node
  if (what === 'answer') return (await world.answer(contract, call.sagaId, name, { output: answer(name) })).outcome
  return world.call(contract, call).then(
    ({ count }) => count ?? 'answered',
    (error: Error) => error.name,
  )
}

function wrong({ name, contract }: StepNode, told: string, end: End | undefined): readonly string[] {
  if (end !== 'all undone' || contract.undo === 'needless') return []
  return told === 'Handled' || told === 'answered' ? [`'${name}' happened after the saga had been undone`] : []
}

interface Recorded {
  readonly node: StepNode
  readonly record: StepRecord | undefined
}

const recordsOf = (world: World, nodes: readonly StepNode[], sagaId: string): Promise<readonly Recorded[]> =>
  Promise.all(nodes.map(async (node) => ({ node, record: await world.record(node.contract, sagaId, node.name) })))

/** What each step's record must say at the end. */
function misfits(records: readonly Recorded[], end: End): readonly string[] {
  return records
    .filter(({ node, record }) => {
      if (end === 'all done') return record !== undefined && record.state !== 'done'
      if (end === 'all undone') return node.contract.undo !== 'needless' && record && record.state !== 'compensated'
      return record?.state === 'orphan'
    })
    .map(({ node, record }) => `${end}, but '${node.name}' is ${record?.state}`)
}
