import { AwsError } from '../errors.ts'
import type { Protocol } from '../service.ts'
import { type CatalogEntry, catalog } from './catalog.ts'
import { loadModel, type Operation, type ServiceModel } from './model.ts'
import { readCbor, writeCbor } from './protocols/cbor.ts'
import { plainJson, readJson, restJson, writeJson } from './protocols/json.ts'
import { readQuery } from './protocols/query.ts'
import { matchRest, parseJson, type RestMatch, type RestRequest, readRest, writeRest } from './protocols/rest.ts'
import { matchS3, s3Body, writeS3, writeS3Error } from './protocols/s3.ts'
import { escapeXml, writeMembers } from './protocols/xml.ts'

export interface WireRequest extends RestRequest {
  /** Service name of the SigV4 credential scope, where the request is signed. */
  readonly scope: string | undefined
  /** The path as it was sent. */
  readonly target: string
}

/** A request whose service and operation are known. */
export interface Claimed {
  readonly model: ServiceModel
  readonly operation: Operation
  readonly protocol: Protocol
  /** @throws AwsError SerializationException where the body is not what the model says */
  readInput(): Record<string, unknown>
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Record<string, string | string[]>
  readonly body: Uint8Array | string
}

/** What of a request could be made out when it was refused: the error is answered in that protocol. */
export interface Partly {
  readonly model: ServiceModel | undefined
  readonly protocol: Protocol
}

class UnknownOperation extends AwsError {
  readonly partly: Partly
  constructor(partly: Partly, message: string, code = 'UnknownOperationException', status = 404) {
    super(code, message, { status })
    this.partly = partly
  }
}

export const partlyOf = (error: unknown): Partly | undefined =>
  error instanceof UnknownOperation ? error.partly : undefined

/**
 * Finds the service, the protocol and the operation, in Smithy's order of claims: the path of RPC v2 CBOR, the
 * `X-Amz-Target` header, the form of Query, then the REST table of the service that signed.
 * @returns undefined where the request belongs to no service of the catalogue
 */
export async function claim(request: WireRequest): Promise<Claimed | undefined> {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return claimCbor(request)
  const target = request.headers['x-amz-target']
  if (target !== undefined) return claimJson(request, target)
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') || request.query.has('Action'))
    return claimQuery(request)
  return claimRest(request)
}

async function claimCbor(request: WireRequest): Promise<Claimed | undefined> {
  const [, , service, , name] = request.path.split('/')
  const entry = catalog.find(({ target, client }) => target === service || client === `${service}Client`)
  if (!entry) return undefined
  const model = await loadModel(entry)
  const operation = operationOf(model, name ?? '', 'cbor')
  return { model, operation, protocol: 'cbor', readInput: () => readCbor(operation.input, request.body) }
}

async function claimJson(request: WireRequest, target: string): Promise<Claimed | undefined> {
  const dot = target.lastIndexOf('.')
  const entry = catalog.find((candidate) => candidate.target === target.slice(0, dot))
  if (!entry) return undefined
  const protocol = request.headers['content-type']?.includes('1.1') ? 'json1.1' : 'json1.0'
  const model = await loadModel(entry)
  const operation = operationOf(model, target.slice(dot + 1), protocol)
  return {
    model,
    operation,
    protocol,
    readInput: () =>
      readJson(operation.input, request.body.length === 0 ? {} : parseJson(request.body), plainJson) as Record<
        string,
        unknown
      >,
  }
}

async function claimQuery(request: WireRequest): Promise<Claimed | undefined> {
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'))
  for (const [key, value] of request.query) if (!form.has(key)) form.set(key, value)
  const action = form.get('Action')
  if (action === null) return undefined
  const entry = bySignature(request.scope) ?? (await byVersion(form.get('Version')))
  if (!entry) return undefined
  const model = await loadModel(entry)
  const operation = operationOf(model, action, 'query')
  return {
    model,
    operation,
    protocol: 'query',
    readInput: () => {
      const input = readQuery(operation.input, form)
      // Old SQS clients post to the queue's own path and leave QueueUrl out of the form.
      if (entry.name === 'sqs' && input.QueueUrl === undefined && request.path.length > 1) input.QueueUrl = request.path
      return input
    },
  }
}

const bySignature = (scope: string | undefined): CatalogEntry | undefined =>
  catalog.find((entry) => entry.scope === scope)

const queryVersions: Readonly<Record<string, string>> = {
  '2012-11-05': 'sqs',
  '2010-03-31': 'sns',
  '2011-06-15': 'sts',
  '2010-05-08': 'iam',
  '2010-08-01': 'monitoring',
  '2010-05-15': 'cloudformation',
}

/** Unsigned Query requests name their service by API version only. */
async function byVersion(version: string | null): Promise<CatalogEntry | undefined> {
  return catalog.find((entry) => entry.name === queryVersions[version ?? ''])
}

async function claimRest(request: WireRequest): Promise<Claimed | undefined> {
  const entry = bySignature(request.scope)
  if (!entry) return undefined
  const model = await loadModel(entry)
  if (entry.name === 's3') return claimS3(model, request)
  const match: RestMatch | undefined = matchRest(model, request)
  if (!match)
    throw new UnknownOperation(
      { model, protocol: 'rest-json' },
      `${request.method} ${request.path} is no operation of ${entry.name}.`,
    )
  return { model, operation: match.operation, protocol: 'rest-json', readInput: () => readRest(match, request) }
}

function claimS3(model: ServiceModel, request: WireRequest): Claimed {
  const found = matchS3(model, request, request.target)
  if (!found)
    throw new UnknownOperation(
      { model, protocol: 'rest-xml' },
      'The specified method is not allowed against this resource.',
      'MethodNotAllowed',
      405,
    )
  const { operation } = found.match
  return { model, operation, protocol: 'rest-xml', readInput: () => readRest(found.match, found.request, s3Body) }
}

function operationOf(model: ServiceModel, name: string, protocol: Protocol): Operation {
  const operation = model.operations.get(name)
  if (operation) return operation
  if (protocol === 'query')
    throw new UnknownOperation(
      { model, protocol },
      `The action ${name} is not valid for this endpoint.`,
      'InvalidAction',
      400,
    )
  throw new UnknownOperation({ model, protocol }, `${name} is no operation of ${model.entry.name}.`)
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
      const body = `<${operation.name}Response xmlns="${model.xmlNamespace}">${result}${metadata}</${operation.name}Response>`
      return { status: 200, headers: { 'content-type': 'text/xml' }, body }
    }
    case 'cbor':
      return {
        status: 200,
        headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
        body: writeCbor(operation.output, output),
      }
    case 'rest-json':
      return writeRest(operation, output)
    case 'rest-xml':
      return writeS3(operation, output, requestId)
    default: {
      const body =
        operation.output.kind === 'structure' ? JSON.stringify(writeJson(operation.output, output, plainJson)) : ''
      return { status: 200, headers: { 'content-type': jsonType(protocol) }, body }
    }
  }
}

const jsonType = (protocol: Protocol): string => `application/x-amz-json-${protocol === 'json1.1' ? '1.1' : '1.0'}`

/** What is wrong with a caller's keys is told under other names, and codes, outside the Query protocol. */
const authentication: Readonly<Record<string, string>> = {
  ExpiredToken: 'ExpiredTokenException',
  InvalidClientTokenId: 'UnrecognizedClientException',
}

/** An error in the request's protocol, in AWS's form: SDK exception classes are chosen by it. */
export function writeError(error: AwsError, partly: Partly, requestId: string): WireAnswer {
  const { model, protocol } = partly
  if (protocol === 'rest-xml') return writeS3Error(error, model, requestId)
  const renamed = protocol === 'query' ? undefined : authentication[error.code]
  if (renamed !== undefined) {
    const status = protocol === 'rest-json' ? 403 : 400
    return writeError(new AwsError(renamed, error.message, { status }), partly, requestId)
  }
  const known = model?.errors.get(error.code)
  const status = error.status ?? known?.status ?? 400
  const fault = status >= 500 ? 'Receiver' : 'Sender'
  const queryCode = known?.queryCode ?? model?.entry.unmodelled?.[error.code] ?? error.code
  if (protocol === 'query') {
    const body =
      `<ErrorResponse xmlns="${model?.xmlNamespace ?? ''}"><Error><Type>${fault}</Type><Code>${escapeXml(queryCode)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
    return { status, headers: { 'content-type': 'text/xml' }, body }
  }
  const namespaced = known && model ? `${model.namespace}#${error.code}` : `com.amazon.coral.service#${error.code}`
  const fields = known
    ? (writeJson(known.shape, error.fields, protocol === 'rest-json' ? restJson : plainJson) as Record<string, unknown>)
    : error.fields
  // AWS JSON repeats the body's type with its namespace, as recorded of SQS; REST-JSON has the bare code.
  const headers: Record<string, string> = { 'x-amzn-errortype': protocol === 'rest-json' ? error.code : namespaced }
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
  return { status, headers, body: JSON.stringify({ ...type, [messageName]: error.message, ...fields }) }
}
