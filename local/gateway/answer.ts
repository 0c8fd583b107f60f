import { AwsError } from '../errors.ts'
import type { Protocol } from '../service.ts'
import type { Claimed, Partly } from './claim.ts'
import type { ErrorModel, ServiceModel } from './model.ts'
import { writeCbor } from './protocols/cbor.ts'
import { plainJson, restJson, writeJson } from './protocols/json.ts'
import { writeRest } from './protocols/rest.ts'
import { writeS3, writeS3Error } from './protocols/s3.ts'
import { escapeXml, writeMembers } from './protocols/xml.ts'

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Uint8Array | string
}

/** An action's output in the request's protocol. */
export function writeAnswer(
  claimed: Claimed,
  output: Readonly<Record<string, unknown>>,
  requestId: string,
): WireAnswer {
  const { operation, protocol, model } = claimed
  switch (protocol) {
    case 'query': {
      const result =
        operation.output.kind === 'structure' && operation.output.members.size > 0
          ? `<${operation.name}Result>${writeMembers(operation.output, output)}</${operation.name}Result>`
          : ''
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
      const body = `${declarationOf(model)}<${operation.name}Response xmlns="${model.xmlNamespace}">${result}${metadata}</${operation.name}Response>`
      return { status: 200, headers: { 'x-amzn-requestid': requestId, 'content-type': 'text/xml' }, body }
    }
    case 'cbor':
      return {
        status: 200,
        headers: {
          'x-amzn-requestid': requestId,
          'content-type': 'application/cbor',
          'smithy-protocol': 'rpc-v2-cbor',
        },
        body: writeCbor(operation.output, output),
      }
    case 'rest-json':
      return withId(writeRest(operation, output), requestId)
    case 'rest-xml':
      return withId(writeS3(operation, output, requestId), requestId)
    default: {
      const body =
        operation.output.kind === 'structure' ? JSON.stringify(writeJson(operation.output, output, plainJson)) : ''
      return { status: 200, headers: { 'x-amzn-requestid': requestId, 'content-type': jsonType(protocol) }, body }
    }
  }
}

const withId = (answer: WireAnswer, requestId: string): WireAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'x-amzn-requestid': requestId },
})

const declarationOf = (model: ServiceModel | undefined): string =>
  model?.entry.query?.detailed ? '<?xml version="1.0"?>' : ''

const jsonType = (protocol: Protocol): string => `application/x-amz-json-${protocol === 'json1.1' ? '1.1' : '1.0'}`

/** What is wrong with a caller's keys is told under other names, and codes, outside the Query protocol. */
const authentication: Readonly<Record<string, string>> = {
  ExpiredToken: 'ExpiredTokenException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
}

/** An error in the request's protocol, in AWS's form: SDK exception classes are chosen by it. */
export function writeError(error: AwsError, partly: Partly, requestId: string): WireAnswer {
  const { model, protocol } = partly
  if (protocol === 'rest-xml') return withId(writeS3Error(error, model, requestId), requestId)
  const renamed = protocol === 'query' ? undefined : authentication[error.code]
  if (renamed !== undefined) {
    const status = protocol === 'rest-json' ? 403 : 400
    return writeError(new AwsError(renamed, error.message, { status }), partly, requestId)
  }
  const known = model?.errors.get(error.code)
  const status = error.status ?? statusOf(partly, known) ?? 400
  const fault = status >= 500 ? 'Receiver' : 'Sender'
  const queryCode = known?.queryCode ?? model?.entry.unmodelled?.[error.code] ?? error.code
  if (protocol === 'query')
    return writeQueryError({ status, fault, code: queryCode, message: error.message }, model, requestId)
  const namespaced = known && model ? `${model.namespace}#${error.code}` : `com.amazon.coral.service#${error.code}`
  const fields = known
    ? (writeJson(known.shape, error.fields, protocol === 'rest-json' ? restJson : plainJson) as Record<string, unknown>)
    : error.fields
  // AWS JSON repeats the body's type with its namespace, as recorded of SQS; REST-JSON has the bare code.
  const headers: Record<string, string> = {
    'x-amzn-requestid': requestId,
    'x-amzn-errortype': protocol === 'rest-json' ? error.code : namespaced,
  }
  if (model?.queryCompatible) headers['x-amzn-query-error'] = `${queryCode};${fault}`
  // Each service spells the text's member in its own way; clients read either.
  const messageName = known?.shape.kind === 'structure' && known.shape.members.has('Message') ? 'Message' : 'message'
  if (protocol === 'cbor') {
    headers['smithy-protocol'] = 'rpc-v2-cbor'
    headers['content-type'] = 'application/cbor'
    const document = { kind: 'document' } as const
    return {
      status,
      headers,
      body: writeCbor(document, { __type: namespaced, [messageName]: error.message, ...fields }),
    }
  }
  headers['content-type'] = protocol === 'rest-json' ? 'application/json' : jsonType(protocol)
  const type = protocol === 'rest-json' ? {} : { __type: namespaced }
  const told = error.message === '' ? {} : { [messageName]: error.message }
  return { status, headers, body: JSON.stringify({ ...type, ...told, ...fields }) }
}

function writeQueryError(
  { status, fault, code, message }: { status: number; fault: string; code: string; message: string },
  model: ServiceModel | undefined,
  requestId: string,
): WireAnswer {
  const detail = model?.entry.query?.detailed ? '<Detail/>' : ''
  const error = `<Error><Type>${fault}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${detail}</Error>`
  const body =
    // Recorded of a request to SQS that names no action.
    code === 'UnknownOperationException'
      ? '<UnknownOperationException/>'
      : `${declarationOf(model)}<ErrorResponse xmlns="${model?.xmlNamespace ?? ''}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`
  return { status, headers: { 'x-amzn-requestid': requestId, 'content-type': 'text/xml' }, body }
}

/** AWS JSON knows two statuses, whatever the model says, but for services that were Query once. */
function statusOf({ model, protocol }: Partly, known: ErrorModel | undefined): number | undefined {
  if (!known || model?.queryCompatible || (protocol !== 'json1.0' && protocol !== 'json1.1')) return known?.status
  return known.fault === 'server' ? 500 : 400
}
