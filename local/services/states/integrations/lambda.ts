import { StateFailure } from '../execution/failure.ts'
import type { Step } from '../execution/step.ts'
import { compact, isObject, type Json, type JsonObject } from '../language/json.ts'
import { callService } from './call.ts'
import { optimizedErrors } from './errors.ts'
import { withMetadata } from './metadata.ts'

const target = { service: 'lambda', action: 'Invoke', errors: optimizedErrors('Lambda', 'AWSLambda') } as const

interface Invoked {
  readonly StatusCode?: number
  readonly ExecutedVersion?: string
  readonly FunctionError?: string
  readonly Payload?: Uint8Array
}

/** `lambda:invoke`: the answer's members and metadata around the payload. @throws StateFailure */
export async function invokeIntegration(step: Step, parameters: JsonObject): Promise<Json> {
  const { Payload, ...others } = parameters
  // A text is JSON as well: the function gets it with its quotes.
  const sent = Payload === undefined || Payload === null ? others : { ...others, Payload: compact(Payload) }
  const answer = await invoke(step, sent)
  const payload = payloadOf(answer)
  return withMetadata(
    step,
    {
      ...(answer.ExecutedVersion === undefined ? {} : { ExecutedVersion: answer.ExecutedVersion }),
      Payload: payload,
      StatusCode: answer.StatusCode ?? 200,
    },
    'application/json',
  )
}

/** A function's own ARN as the resource: its payload is the result. @throws StateFailure */
export async function invokeFunction(step: Step, arn: string, input: Json): Promise<Json> {
  return payloadOf(await invoke(step, { FunctionName: arn, Payload: compact(input) }))
}

/** A function's error is the task's: its type the name, the whole payload the cause. */
async function invoke(step: Step, parameters: JsonObject): Promise<Invoked> {
  const { output } = await callService(step, target, parameters)
  const answer = output as Invoked
  if (answer.FunctionError === undefined) return answer
  const payload = payloadOf(answer)
  const type = isObject(payload) && typeof payload.errorType === 'string' ? payload.errorType : 'Lambda.Unknown'
  throw new StateFailure(type, new TextDecoder().decode(answer.Payload))
}

function payloadOf({ Payload }: Invoked): Json {
  const text = new TextDecoder().decode(Payload ?? new Uint8Array())
  return text === '' ? {} : (JSON.parse(text) as Json)
}
