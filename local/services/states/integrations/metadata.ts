import type { Step } from '../execution/step.ts'
import type { Json, JsonObject } from '../language/json.ts'
import { compact } from '../language/json.ts'

/** The HTTP metadata that optimized integrations put beside the answer's members. */
export function withMetadata(step: Step, result: JsonObject, contentType = 'application/x-amz-json-1.0'): JsonObject {
  const { kernel } = step.scope
  const requestId = kernel.random.uuid('states request')
  const headers: Record<string, string> = {
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(compact(result))),
    'Content-Type': contentType,
    Date: new Date(kernel.clock.now()).toUTCString(),
    'x-amzn-RequestId': requestId,
  }
  const all: Record<string, Json> = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
  return sorted({
    ...result,
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  })
}

/** Recorded: members stand in the order of their names. */
export const sorted = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
