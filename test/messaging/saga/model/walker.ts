import jsonata from 'jsonata'
import type { StateMachineDefinition } from '../../../../messaging/index.ts'

type Json = unknown
type Variables = Record<string, Json>
interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly MaxAttempts?: number
}
interface Catcher {
  readonly ErrorEquals: readonly string[]
  readonly Assign?: object
  readonly Output?: Json
  readonly Next: string
}
interface State {
  readonly Type: string
  readonly Resource?: string
  readonly Arguments?: Json
  readonly Assign?: object
  readonly Output?: Json
  readonly Next?: string
  readonly End?: boolean
  readonly Default?: string
  readonly Choices?: readonly { readonly Condition: string; readonly Assign?: object; readonly Next: string }[]
  readonly Retry?: readonly Retrier[]
  readonly Catch?: readonly Catcher[]
  readonly Branches?: readonly Machine[]
  readonly Error?: string
  readonly Cause?: string
}
interface Machine {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

/** How a task's call failed, as Step Functions names it. */
export class TaskError extends Error {
  readonly code: string
  /** No attempt will succeed: the walker does not count them all. */
  readonly always: boolean

  constructor(code: string, message: string, { always = false } = {}) {
    super(message)
    this.code = code
    this.always = always
  }
}

/** Ends the execution from outside. */
export class Stopped extends Error {}
/** Nothing happens any more until somebody acts. */
export class Waits extends Error {}

/** One call of a task. @throws TaskError, Stopped, Waits */
export type Perform = (call: TaskCall) => Promise<Json>

export interface TaskCall {
  readonly state: string
  readonly callback: boolean
  readonly parameters: { readonly Payload?: Readonly<Record<string, Json>>; readonly TableName?: string }
}

export interface Walked {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'WAITING'
  readonly error?: string
  readonly cause?: string
  /** Names of the states, as they were entered. */
  readonly entered: readonly string[]
}

/**
 * Walks through a definition as Step Functions does, as far as compiled sagas need: without time, so that a retry comes at once.
 * Branches run one after the other. running.test.ts compares it with the interpreter of the local cloud.
 */
export async function walk(
  definition: StateMachineDefinition,
  name: string,
  input: Json,
  perform: Perform,
): Promise<Walked> {
  const entered: string[] = []
  const run = { entered, perform, name }
  try {
    await walkMachine(definition as unknown as Machine, input, {}, run)
    return { status: 'SUCCEEDED', entered }
  } catch (error) {
    if (error instanceof Stopped) return { status: 'ABORTED', entered }
    if (error instanceof Waits) return { status: 'WAITING', entered }
    if (error instanceof TaskError) return { status: 'FAILED', error: error.code, cause: error.message, entered }
    throw error
  }
}

interface Run {
  readonly entered: string[]
  readonly perform: Perform
  readonly name: string
}

async function walkMachine(machine: Machine, input: Json, outer: Variables, run: Run): Promise<Json> {
  const variables: Variables = { ...outer }
  let at: string | undefined = machine.StartAt
  let passed = input
  while (at !== undefined) {
    const state: State | undefined = machine.States[at]
    if (!state) throw new Error(`there is no state '${at}'`)
    run.entered.push(at)
    const step = await walkState(at, state, passed, variables, run)
    Object.assign(variables, step.assigned)
    passed = step.output
    at = step.next
  }
  return passed
}

interface Step {
  readonly output: Json
  readonly assigned: object
  readonly next: string | undefined
}

async function walkState(name: string, state: State, input: Json, variables: Variables, run: Run): Promise<Step> {
  const scope = { input, context: contextOf(run, name) }
  const filled = (template: Json, more: object = {}) => fill(template, variables, { ...scope, ...more })
  switch (state.Type) {
    case 'Choice': {
      for (const { Condition, Assign, Next } of state.Choices ?? [])
        if ((await filled(Condition)) === true)
          return { output: input, assigned: (await filled(Assign ?? {})) as object, next: Next }
      return { output: input, assigned: (await filled(state.Assign ?? {})) as object, next: state.Default }
    }
    case 'Fail':
      throw new TaskError(state.Error ?? '', String(await filled(state.Cause ?? '')))
    case 'Succeed':
      return { output: input, assigned: {}, next: undefined }
    case 'Pass':
      return { output: state.Output === undefined ? input : await filled(state.Output), assigned: {}, next: state.Next }
    case 'Parallel': {
      const result: Json[] = []
      for (const branch of state.Branches ?? []) result.push(await walkMachine(branch, input, variables, run))
      return ended(state, result, filled)
    }
    case 'Task':
      return walkTask(name, state, filled, run)
    default:
      throw new Error(`'${name}' is a ${state.Type}, which compiled sagas do not have`)
  }
}

type Fill = (template: Json, more?: object) => Promise<Json>

async function ended(state: State, result: Json, filled: Fill): Promise<Step> {
  return {
    output: state.Output === undefined ? result : await filled(state.Output, { result }),
    assigned: (await filled(state.Assign ?? {}, { result })) as object,
    next: state.Next,
  }
}

async function walkTask(name: string, state: State, filled: Fill, run: Run): Promise<Step> {
  const tries = new Map<Retrier, number>()
  for (let attempt = 0; ; attempt++) {
    const parameters = (await filled(state.Arguments, {
      context: contextOf(run, name, attempt),
    })) as TaskCall['parameters']
    try {
      const callback = state.Resource?.endsWith('.waitForTaskToken') ?? false
      return await ended(state, await run.perform({ state: name, callback, parameters }), filled)
    } catch (error) {
      if (!(error instanceof TaskError)) throw error
      const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error.code))
      const tried = retrier ? (tries.get(retrier) ?? 0) : 0
      if (retrier && !error.always && tried < (retrier.MaxAttempts ?? 3)) {
        tries.set(retrier, tried + 1)
        continue
      }
      const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error.code))
      if (!catcher) throw error
      const errorOutput = { Error: error.code, Cause: error.message }
      const output = catcher.Output === undefined ? errorOutput : await filled(catcher.Output, { errorOutput })
      return { output, assigned: (await filled(catcher.Assign ?? {}, { errorOutput })) as object, next: catcher.Next }
    }
  }
}

const matches = (names: readonly string[], code: string): boolean =>
  names.includes('States.ALL') || names.includes(code)

const contextOf = ({ name }: Run, state: string, retries = 0) => ({
  Execution: { Id: `execution:${name}`, Name: name, StartTime: '2026-01-01T00:00:00.000Z' },
  StateMachine: { Id: 'arn:aws:states:eu-west-2:000000000000:stateMachine:model' },
  State: { Name: state, EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: retries },
  Task: { Token: `${name}/${state}/${retries}` },
})

/** A plain path, as most expressions are: JSONata takes its time. */
function lookup(text: string, scope: Variables): Json {
  const value = text
    .slice(1)
    .split('.')
    .reduce<Json>((found, name) => (found as Record<string, Json> | null | undefined)?.[name], scope)
  if (value === undefined) throw new Error(`'${text}' is undefined`)
  return value
}

const compiled = new Map<string, ReturnType<typeof jsonata>>()

async function fill(template: Json, variables: Variables, states: object): Promise<Json> {
  if (typeof template === 'string' && template.startsWith('{%')) {
    const text = template.slice(2, -2).trim()
    if (/^\$\w+(\.\w+)*$/.test(text)) return lookup(text, { ...variables, states })
    const expression = compiled.get(text) ?? jsonata(text)
    compiled.set(text, expression)
    const value = await expression.evaluate({}, { ...variables, states, hash: () => '0' })
    if (value === undefined) throw new Error(`'${text}' is undefined`)
    return value
  }
  if (Array.isArray(template)) return Promise.all(template.map((inner) => fill(inner, variables, states)))
  if (typeof template !== 'object' || template === null) return template
  const entries = Object.entries(template)
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, inner]) => [key, await fill(inner, variables, states)] as const)),
  )
}
