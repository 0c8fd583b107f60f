import { machineOf } from '../actions/definition.ts'
import { validation } from '../errors.ts'
import type { Machine, State } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { StatesParts } from '../parts.ts'

/** Name of a state whose definition comes without one. */
const UNNAMED = 'StateName'

export interface Tested {
  readonly machine: Machine
  readonly name: string
  readonly state: State
}

/** The state to test: the definition itself, or the one of that name in a definition. @throws AwsError InvalidDefinition */
export async function testedState({ context }: StatesParts, definition: string, name?: string): Promise<Tested> {
  if (name === undefined) {
    const machine = await machineOf(context, alone(definition), 'STANDARD')
    return { machine, name: UNNAMED, state: machine.States[UNNAMED] as State }
  }
  const top = await machineOf(context, definition, 'STANDARD')
  const machine = machineWith(top, name)
  const state = machine?.States[name]
  if (!machine || !state) throw validation('State not found in definition')
  const { QueryLanguage = top.QueryLanguage } = machine
  return { machine: { ...machine, ...(QueryLanguage && { QueryLanguage }) }, name, state }
}

/** The machine, branch or processor that the state is in. */
function machineWith(machine: Machine, name: string): Machine | undefined {
  if (Object.hasOwn(machine.States, name)) return machine
  for (const { Branches = [], ItemProcessor, Iterator } of Object.values(machine.States))
    for (const part of [...Branches, ItemProcessor ?? Iterator]) {
      const found = part && machineWith(part, name)
      if (found) return found
    }
  return undefined
}

/** A machine of this state, and of a state at the end of each way out of it. */
function alone(definition: string): string {
  let state: Json
  try {
    state = JSON.parse(definition) as Json
  } catch {
    return definition
  }
  if (!isObject(state)) return definition
  const ends = Object.fromEntries([...targetsOf(state)].map((target) => [target, { Type: 'Succeed' }]))
  return JSON.stringify({ StartAt: UNNAMED, States: { ...ends, [UNNAMED]: state } })
}

function targetsOf({ Next, Default, Catch, Choices }: JsonObject): Set<string> {
  const lists = [Catch, Choices].flatMap((list) => (Array.isArray(list) ? list : []))
  const all = [Next, Default, ...lists.map((each) => (isObject(each) ? each.Next : undefined))]
  return new Set(all.filter((target) => typeof target === 'string'))
}
