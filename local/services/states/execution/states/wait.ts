import { type Json, typeName } from '../../language/json.ts'
import { evaluateField, evaluateTyped } from '../../language/jsonata/evaluate.ts'
import { QueryProblem, runtimeProblem } from '../../language/problem.ts'
import { parseTimestamp } from '../../language/timestamp.ts'
import { effectiveInput, fieldByPath, passedOutcome, printed } from '../data-flow.ts'
import type { Outcome, Step } from '../step.ts'

export async function runWait(step: Step): Promise<Outcome> {
  const { thread, name } = step
  const milliseconds = await waitOf(step)
  await thread.sleep(milliseconds, `states wait ${name} of ${thread.run.execution.name}`)
  return passedOutcome(step)
}

async function waitOf(step: Step): Promise<number> {
  const { state, scope, thread } = step
  if (state.SecondsPath !== undefined) return secondsAt(step, state.SecondsPath) * 1000
  if (state.Seconds !== undefined)
    return typeof state.Seconds === 'number' ? state.Seconds * 1000 : (await querySeconds(step, state.Seconds)) * 1000
  const now = thread.run.clock.now()
  if (state.TimestampPath !== undefined) return instantAt(step, state.TimestampPath) - now
  const text =
    step.language === 'JSONata' ? await evaluateField('Timestamp', state.Timestamp ?? null, scope) : state.Timestamp
  const instant = typeof text === 'string' ? parseTimestamp(text) : undefined
  if (instant !== undefined) return instant - now
  const said = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${printed(text ?? null)}`
  throw step.language === 'JSONata' ? new QueryProblem('Timestamp', said) : runtimeProblem(said)
}

function secondsAt(step: Step, path: string): number {
  const value = fieldByPath(step, 'SecondsPath', path, effectiveInput(step))
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw runtimeProblem(`The SecondsPath parameter cannot be parsed as a long value: ${path} == ${printed(value)}`)
  if (value < 0) throw runtimeProblem(`The SecondsPath parameter references a negative value: ${path} == ${value}`)
  return value
}

async function querySeconds(step: Step, expression: Json): Promise<number> {
  const value = (await evaluateTyped('Seconds', expression, 'number', step.scope)) as number
  if (!Number.isInteger(value))
    throw new QueryProblem('Seconds', `The Seconds field cannot be parsed as a long value: ${value}`)
  if (value < 0) throw new QueryProblem('Seconds', `The Seconds field references a negative value: ${value}`)
  return value
}

function instantAt(step: Step, path: string): number {
  const value = fieldByPath(step, 'TimestampPath', path, effectiveInput(step))
  const instant = typeName(value) === 'string' ? parseTimestamp(value as string) : undefined
  if (instant !== undefined) return instant
  throw runtimeProblem(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${printed(value)}`,
  )
}
