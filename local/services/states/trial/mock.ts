import type { MockInput } from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import { entryOf, loadModel } from '../../../gateway/model.ts'
import { validation } from '../errors.ts'
import { StateFailure } from '../execution/failure.ts'
import { parseResource } from '../integrations/resource.ts'
import { optimized, sdkServices } from '../integrations/services.ts'
import type { State } from '../language/definition.ts'
import { isObject, type Json } from '../language/json.ts'
import { checkFields } from './mock-fields.ts'
import type { Mock } from './trial.ts'

const mocked: readonly State['Type'][] = ['Task', 'Map', 'Parallel']

/** The mock of a request, checked against its state. @throws AwsError in the texts that LocalStack's tests recorded */
export async function mockOf(
  state: State,
  input: MockInput | undefined,
  revealSecrets = false,
): Promise<Mock | undefined> {
  if (!input) {
    if (state.Type !== 'Map' && state.Type !== 'Parallel') return undefined
    throw new AwsError(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    )
  }
  if (!mocked.includes(state.Type))
    throw validation(`State type '${state.Type}' is not supported when a mock is specified`)
  if (revealSecrets) throw validation('TestState does not support RevealSecrets when a mock is specified.')
  const { result, errorOutput } = input
  if (result !== undefined && errorOutput !== undefined)
    throw validation('A test mock should have only one of the following fields: [result, errorOutput].')
  if (errorOutput) return { failure: new StateFailure(errorOutput.error, errorOutput.cause) }
  const value = parsed(result ?? 'null')
  checkForm(state, value)
  await checkAnswer(state, value, input.fieldValidationMode ?? 'STRICT')
  return { result: value }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw validation('Mocked result must be valid JSON')
  }
}

function checkForm(state: State, value: Json): void {
  if (state.Type === 'Task') return
  if (!Array.isArray(value)) throw validation('Mocked result must be an array.')
  if (state.Branches && value.length !== state.Branches.length)
    throw validation('Mocked result must contain the same number of items as number of Parallel branches.')
}

/** A task's mocked result has the form of the API's answer. */
async function checkAnswer(state: State, value: Json, mode: string): Promise<void> {
  const resource = parseResource(state.Resource ?? '')
  if (mode === 'NONE' || resource?.kind !== 'integration' || !isObject(value)) return
  const { sdk, service, action } = resource
  const name = sdk ? sdkServices[service]?.[0] : optimized[service]?.service
  const entry = name && entryOf(name)
  if (!entry) return
  const operation = sdk ? action.charAt(0).toUpperCase() + action.slice(1) : (optimized[service]?.actions[action] ?? '')
  const shape = (await loadModel(entry)).operations.get(operation)?.output
  if (shape) checkFields(shape, value, mode === 'STRICT' ? (required[`${name}:${operation}`] ?? []) : [])
}

/** Members that an answer always has. The SDK's model does not tell; of the optimized integrations only this one has any. */
const required: Readonly<Record<string, readonly string[]>> = {
  'states:StartExecution': ['ExecutionArn', 'StartDate'],
}
