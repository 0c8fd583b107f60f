import { AwsError } from '../../errors.ts'
import type { Operation, ServiceModel } from '../model.ts'
import type { Member, Shape } from '../shape.ts'
import { readJson, restJson, writeJson } from './json.ts'

export interface RestRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface RestMatch {
  readonly operation: Operation
  readonly labels: ReadonlyMap<string, string>
}

interface Route {
  readonly operation: Operation
  readonly method: string
  readonly pattern: RegExp
  readonly labels: readonly string[]
  /** Literal characters: the more there are, the more specific the route. */
  readonly literal: number
  readonly requiredQuery: readonly [string, string | undefined][]
}

const tables = new WeakMap<ServiceModel, readonly Route[]>()

/** The operation that a REST request names, by the `http` traits of the model; the most literal path wins. */
export function matchRest(model: ServiceModel, request: RestRequest): RestMatch | undefined {
  let table = tables.get(model)
  if (!table) {
    table = routesOf(model)
    tables.set(model, table)
  }
  for (const route of table) {
    if (route.method !== request.method) continue
    const match = route.pattern.exec(request.path)
    if (!match) continue
    if (
      !route.requiredQuery.every(([name, value]) =>
        value === undefined ? request.query.has(name) : request.query.get(name) === value,
      )
    )
      continue
    return {
      operation: route.operation,
      labels: new Map(route.labels.map((label, index) => [label, decodeLabel(match[index + 1] ?? '')])),
    }
  }
  return undefined
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError('SerializationException', `The path segment ${text} is not URL-encoded.`, { status: 400 })
  }
}

function routesOf(model: ServiceModel): readonly Route[] {
  const routes: Route[] = []
  for (const operation of model.operations.values()) {
    if (!operation.http) continue
    const [method, template] = operation.http
    const [path = '', query] = template.split('?')
    const labels: string[] = []
    const pattern = path
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{(\w+)(\\\+)?\}/g, (_, label: string, greedy?: string) => {
        labels.push(label)
        return greedy ? '(.+)' : '([^/]+)'
      })
    routes.push({
      operation,
      method,
      pattern: new RegExp(`^${pattern.replace(/\/$/, '')}/?$`),
      labels,
      literal: path.replace(/\{[^}]+\}/g, '').length,
      requiredQuery: query ? query.split('&').map((pair) => pair.split('=') as [string, string | undefined]) : [],
    })
  }
  return routes.sort((a, b) => b.literal - a.literal || b.requiredQuery.length - a.requiredQuery.length)
}

/** How bodies are read and written: JSON or XML. */
export interface BodyFormat {
  readonly contentType: string
  /** A body that holds one member of the input. */
  readMember(member: Member, body: Uint8Array): unknown
  /** A body that holds the members of the input which have no other place. */
  readMembers(shape: Shape, body: Uint8Array): Record<string, unknown>
  writeMember(member: Member, value: unknown): Uint8Array | string
  writeMembers(shape: Shape, values: Readonly<Record<string, unknown>>): string
}

export const jsonBody: BodyFormat = {
  contentType: 'application/json',
  readMember: (member, body) => readJson(member.target, parseJson(body), restJson, member.name),
  readMembers: (shape, body) => readJson(shape, parseJson(body), restJson) as Record<string, unknown>,
  writeMember: (member, value) => JSON.stringify(writeJson(member.target, value, restJson)),
  writeMembers: (shape, values) => JSON.stringify(writeJson(shape, values, restJson)),
}

/** Labels, query, headers and body of a REST request, put together to the operation's input. */
export function readRest(
  match: RestMatch,
  request: RestRequest,
  format: BodyFormat = jsonBody,
): Record<string, unknown> {
  const shape = match.operation.input
  if (shape.kind !== 'structure') return {}
  const input: Record<string, unknown> = {}
  let bodyMembers = false
  for (const member of shape.members.values()) {
    const { traits } = member
    if (traits.httpLabel) setScalar(input, member, [match.labels.get(member.name) ?? ''])
    else if (typeof traits.httpQuery === 'string') setScalar(input, member, request.query.getAll(traits.httpQuery))
    else if (typeof traits.httpHeader === 'string') {
      const header = request.headers[traits.httpHeader.toLowerCase()]
      setScalar(input, member, header === undefined ? [] : [header])
    } else if (typeof traits.httpPrefixHeaders === 'string') {
      const prefixed = withPrefix(request.headers, traits.httpPrefixHeaders)
      if (prefixed) input[member.name] = prefixed
    } else if (traits.httpPayload) {
      if (request.body.length > 0)
        input[member.name] = member.target.kind === 'blob' ? request.body : format.readMember(member, request.body)
    } else bodyMembers = true
  }
  if (bodyMembers && request.body.length > 0) Object.assign(input, format.readMembers(shape, request.body))
  return input
}

function withPrefix(headers: RestRequest['headers'], prefix: string): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix))
  if (found.length === 0) return undefined
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]))
}

/** Bodies are buffers that are read once: no copy is made of them. */
export const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8')

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(body))
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.', { status: 400 })
  }
}

function setScalar(input: Record<string, unknown>, member: Member, texts: readonly string[]): void {
  const [text] = texts
  if (text === undefined) return
  const { kind } = member.target
  if (kind === 'list') input[member.name] = texts
  else if (kind === 'number') {
    if (Number.isNaN(Number(text)))
      throw new AwsError('ValidationException', `${member.name} must be a number, but it is '${text}'.`, {
        status: 400,
      })
    input[member.name] = Number(text)
  } else if (kind === 'boolean') input[member.name] = text === 'true'
  else if (kind === 'timestamp')
    input[member.name] = /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text)
  else input[member.name] = text
}

export interface RestAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array | string
}

/** An operation's output as status, headers and body. */
export function writeRest(
  operation: Operation,
  output: Readonly<Record<string, unknown>>,
  format: BodyFormat = jsonBody,
): RestAnswer {
  const headers: Record<string, string> = { 'content-type': format.contentType }
  let status = operation.http?.[2] ?? 200
  const shape = operation.output
  if (shape.kind !== 'structure') return { status, headers, body: '' }
  const inBody: Record<string, unknown> = {}
  let payload: Uint8Array | string | undefined
  for (const member of shape.members.values()) {
    const value = output[member.name]
    const { traits } = member
    // Bytes that are not there leave the body empty, and no `{}`.
    if (traits.httpPayload && member.target.kind === 'blob') payload = ''
    if (value === undefined || value === null) continue
    if (typeof traits.httpHeader === 'string') headers[traits.httpHeader.toLowerCase()] = headerText(member, value)
    else if (typeof traits.httpPrefixHeaders === 'string')
      for (const [name, text] of Object.entries(value as Record<string, string>))
        headers[traits.httpPrefixHeaders + name] = text
    else if (traits.httpResponseCode) status = Number(value)
    else if (traits.httpPayload)
      payload = member.target.kind === 'blob' ? (value as Uint8Array) : format.writeMember(member, value)
    else inBody[member.name] = value
  }
  const body = payload ?? (status === 204 ? '' : format.writeMembers(shape, inBody))
  return { status, headers, body }
}

function headerText({ target }: Member, value: unknown): string {
  if (!(value instanceof Date)) return String(value)
  return target.kind === 'timestamp' && target.format === 'date-time' ? value.toISOString() : value.toUTCString()
}
