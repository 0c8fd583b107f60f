import { AwsError } from '../errors.ts'
import type { Protocol } from '../service.ts'
import { type CatalogEntry, catalog } from './catalog.ts'
import { modelOf, type Operation, type ServiceModel } from './model.ts'
import { readCbor } from './protocols/cbor.ts'
import { unpacked } from './protocols/compressed.ts'
import { Form } from './protocols/form.ts'
import { plainJson, readJson } from './protocols/json.ts'
import { readQuery } from './protocols/query.ts'
import { checkRequired } from './protocols/required.ts'
import { matchRest, parseJson, type RestRequest, readRest } from './protocols/rest.ts'
import { matchS3, s3Body } from './protocols/s3.ts'

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
 * `X-Amz-Target` header, the form of Query, then the REST table of the service that signed. Answers at once but for the
 * first request to a service, whose model has to be imported.
 * @returns undefined where the request belongs to no service of the catalogue
 */
export function claim(request: WireRequest): Claimed | Promise<Claimed> | undefined {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return claimCbor(request)
  const target = request.headers['x-amz-target']
  if (target !== undefined) return claimJson(request, target)
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') || request.query.has('Action'))
    return claimQuery(unpacked(request))
  return claimRest(request)
}

type Claim = Claimed | Promise<Claimed> | undefined

function withModel(entry: CatalogEntry, claimed: (model: ServiceModel) => Claimed): Claimed | Promise<Claimed> {
  const model = modelOf(entry)
  return model instanceof Promise ? model.then(claimed) : claimed(model)
}

function claimCbor(request: WireRequest): Claim {
  const [, , service, , name] = request.path.split('/')
  const entry = catalog.find(({ target, client }) => target === service || client === `${service}Client`)
  if (!entry) return undefined
  return withModel(entry, (model) => {
    const operation = operationOf(model, name ?? '', 'cbor')
    return { model, operation, protocol: 'cbor', readInput: () => readCbor(operation.input, unpacked(request).body) }
  })
}

const byTarget = new Map(catalog.flatMap((entry) => (entry.target === undefined ? [] : [[entry.target, entry]])))

function claimJson(request: WireRequest, target: string): Claim {
  const dot = target.lastIndexOf('.')
  const entry = byTarget.get(target.slice(0, dot))
  if (!entry) return undefined
  const protocol = request.headers['content-type']?.includes('1.1') ? 'json1.1' : 'json1.0'
  return withModel(entry, (model) => {
    const operation = operationOf(model, target.slice(dot + 1), protocol)
    const read = () => {
      const { body } = unpacked(request)
      return body.length === 0 ? {} : parseJson(body)
    }
    const readInput = () => readJson(operation.input, read(), plainJson) as Record<string, unknown>
    return { model, operation, protocol, readInput }
  })
}

function claimQuery(request: WireRequest): Claim {
  const form = new Form(request.body)
  for (const [name, value] of request.query) form.add(name, value)
  const action = form.get('Action')
  if (action === undefined) return claimRest(request)
  const entry = bySignature(request.scope) ?? byVersion(form.get('Version'))
  if (!entry) return undefined
  return withModel(entry, (model) => {
    const operation = operationOf(model, action, 'query')
    const readInput = () => {
      const input = readQuery(operation.input, form)
      // Old SQS clients post to the queue's own path and leave QueueUrl out of the form.
      if (entry.name === 'sqs' && request.path.length > 1 && has(operation, 'QueueUrl')) input.QueueUrl ??= request.path
      if (entry.requires) checkRequired(operation.input, input)
      return input
    }
    return { model, operation, protocol: 'query', readInput }
  })
}

const has = ({ input }: Operation, member: string): boolean => input.kind === 'structure' && input.members.has(member)

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
const byVersion = (version: string | undefined): CatalogEntry | undefined =>
  catalog.find((entry) => entry.name === queryVersions[version ?? ''])

function claimRest(request: WireRequest): Claim {
  const entry = bySignature(request.scope)
  if (!entry) return undefined
  return withModel(entry, (model) => {
    if (entry.name === 's3') return claimS3(model, request)
    const match = matchRest(model, request)
    if (match)
      return { model, operation: match.operation, protocol: 'rest-json', readInput: () => readRest(match, request) }
    throw new UnknownOperation(
      { model, protocol: entry.query ? 'query' : 'rest-json' },
      `${request.method} ${request.path} is no operation of ${entry.name}.`,
    )
  })
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
