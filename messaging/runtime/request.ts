import type { EndpointDefinition, EndpointRequest } from '../endpoint.ts'
import { Refused } from '../refused.ts'
import type { StandardSchema } from '../standard-schema.ts'
import { bodyTextOf, callerOf, type HttpEvent, headersOf } from './http.ts'
import { digest } from './ids.ts'
import type { Ports } from './ports.ts'
import { reasonsOf } from './validation.ts'

/** An endpoint's request, with the key that makes its retries one. */
export type KeyedRequest = EndpointRequest & { readonly key: string }

/** @throws Refused 400 with every reason at once: the missing key and all that is wrong with the body */
export async function requestOf(definition: EndpointDefinition, event: HttpEvent, ports: Ports): Promise<KeyedRequest> {
  const { id, idempotent } = definition.declaration
  const headers = headersOf(event)
  const given = headers['idempotency-key'] ?? ''
  const reasons = idempotent ? keyProblems(given) : []
  const read = definition.body ? await readBody(definition.body, bodyTextOf(event)) : { body: undefined, reasons: [] }
  const all = [...reasons, ...read.reasons]
  if (all.length > 0) throw new Refused(400, ...all)
  const caller = callerOf(event)
  const key = idempotent ? given : ports.uuid()
  return {
    // API Gateway hands them over decoded.
    params: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    headers,
    body: read.body,
    caller,
    key,
    id: digest(caller, id, key),
  }
}

function keyProblems(key: string): readonly string[] {
  if (key === '')
    return ['header Idempotency-Key is missing: give each request a key of its own, and its retries the same']
  return /^[\x21-\x7e]{1,255}$/.test(key) ? [] : ['header Idempotency-Key must be 1 to 255 visible ASCII characters']
}

async function readBody(schema: StandardSchema, text: string): Promise<{ body: unknown; reasons: readonly string[] }> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { body: undefined, reasons: [`body: is no JSON: ${error instanceof Error ? error.message : String(error)}`] }
  }
  const result = await schema['~standard'].validate(json)
  return result.issues
    ? { body: undefined, reasons: reasonsOf(result.issues, 'body') }
    : { body: result.value, reasons: [] }
}
