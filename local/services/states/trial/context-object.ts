import { validation } from '../errors.ts'
import { parseResource } from '../integrations/resource.ts'
import type { State } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'

type Form = 'string' | 'integer' | 'object' | 'any'

const fields: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'integer',
    RedriveTime: 'string',
  },
  StateMachine: { Id: 'string', Name: 'string' },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'integer' },
  Task: { Token: 'string' },
}

const invalid = (what: string) => validation(`Invalid Context object provided: ${what}`)

/** The context object of a request. @throws AwsError in the texts that LocalStack's tests recorded */
export function contextOf(state: State, text: string): JsonObject {
  const context = parsed(text)
  for (const [name, value] of Object.entries(context)) {
    if (name === 'Map') throw invalid("'Map' field is not supported when mocking a Context object")
    const forms = fields[name]
    if (!forms) throw invalid(`Field '${name}' is not allowed`)
    if (!isObject(value)) throw invalid(`${name} must be a object`)
    for (const [field, item] of Object.entries(value)) check(name, field, forms[field], item)
  }
  if (context.Task !== undefined && !waits(state))
    throw invalid(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    )
  return context
}

function parsed(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json
    if (isObject(value)) return value
  } catch {
    // Said below.
  }
  throw invalid('it is not a JSON object')
}

function check(parent: string, field: string, form: Form | undefined, value: Json): void {
  if (form === undefined) throw invalid(`Field '${field}' is not allowed`)
  const fits =
    form === 'any' ||
    (form === 'integer' ? Number.isInteger(value) : form === 'object' ? isObject(value) : typeof value === form)
  if (!fits) throw invalid(`${parent}.${field} must be a ${form}`)
}

/** Whether the task lasts longer than its call. */
export function waits({ Resource = '' }: State): boolean {
  const resource = parseResource(Resource)
  return resource?.kind === 'activity' || (resource?.kind === 'integration' && resource.pattern !== 'requestResponse')
}
