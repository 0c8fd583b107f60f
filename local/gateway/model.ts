import type { ServiceName } from '../service.ts'
import { type CatalogEntry, catalog } from './catalog.ts'
import { type Shape, shapeOf } from './shape.ts'

export interface Operation {
  readonly name: string
  readonly input: Shape
  readonly output: Shape
  /** `[method, path pattern, status]` of a REST binding. */
  readonly http: readonly [method: string, path: string, status: number] | undefined
}

export interface ErrorModel {
  readonly status: number
  /** Code of the query protocol, where it differs from the shape's name. */
  readonly queryCode: string | undefined
  readonly fault: 'client' | 'server'
  readonly shape: Shape
}

/** A service as its SDK client describes it. */
export interface ServiceModel {
  readonly entry: CatalogEntry
  readonly namespace: string
  readonly xmlNamespace: string
  readonly queryCompatible: boolean
  readonly operations: ReadonlyMap<string, Operation>
  readonly errors: ReadonlyMap<string, ErrorModel>
}

const loaded = new Map<ServiceName, ServiceModel | Promise<ServiceModel>>()

/** The service's model: at once, but for the first call, which imports the service's SDK package. */
export function modelOf(entry: CatalogEntry): ServiceModel | Promise<ServiceModel> {
  let model = loaded.get(entry.name)
  if (!model) {
    model = readModel(entry)
    loaded.set(entry.name, model)
    void model.then((read) => loaded.set(entry.name, read)).catch(() => undefined)
  }
  return model
}

export const loadModel = async (entry: CatalogEntry): Promise<ServiceModel> => modelOf(entry)

export const entryOf = (name: string): CatalogEntry | undefined => catalog.find((entry) => entry.name === name)

type OperationSchema = readonly [
  code: 9,
  namespace: string,
  name: string,
  traits: { http?: [string, string, number] } | number,
  input: unknown,
  output: unknown,
]
type ErrorTraits = { awsQueryError?: [string, number]; error?: 'client' | 'server'; httpError?: number }
type ErrorSchema = readonly [code: -3, namespace: string, name: string, traits: ErrorTraits]

async function readModel(entry: CatalogEntry): Promise<ServiceModel> {
  if (!entry.load) throw new Error(`${entry.name} has no SDK model`)
  const exported = await entry.load()
  const operations = new Map<string, Operation>()
  const errors = new Map<string, ErrorModel>()
  for (const value of Object.values(exported)) {
    if (!Array.isArray(value)) continue
    if (value[0] === 9) readOperation(value as unknown as OperationSchema, operations)
    if (value[0] === -3) readError(value as unknown as ErrorSchema, errors)
  }
  const settings = readSettings(exported, entry.client)
  return { entry, operations, errors, ...settings, xmlNamespace: entry.query?.xmlNamespace ?? settings.xmlNamespace }
}

function readOperation(schema: OperationSchema, into: Map<string, Operation>): void {
  const [, , name, traits, input, output] = schema
  const http = typeof traits === 'object' ? traits.http : undefined
  let inputShape: Shape | undefined
  let outputShape: Shape | undefined
  into.set(name, {
    name,
    http,
    get input() {
      inputShape ??= shapeOf(input)
      return inputShape
    },
    get output() {
      outputShape ??= shapeOf(output)
      return outputShape
    },
  })
}

function readError(schema: ErrorSchema, into: Map<string, ErrorModel>): void {
  const [, , name, traits] = schema
  const fault = traits.error ?? 'client'
  into.set(name, {
    status: traits.awsQueryError?.[1] ?? traits.httpError ?? (fault === 'server' ? 500 : 400),
    queryCode: traits.awsQueryError?.[0],
    fault,
    shape: shapeOf(schema),
  })
}

interface ProtocolSettings {
  readonly defaultNamespace: string
  readonly xmlNamespace?: string
  readonly awsQueryCompatible?: boolean
}

function readSettings(exported: Record<string, unknown>, clientName: string) {
  const Client = exported[clientName] as new (
    options: object,
  ) => {
    config: { protocolSettings: ProtocolSettings }
    destroy(): void
  }
  const client = new Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } })
  const { defaultNamespace, xmlNamespace, awsQueryCompatible } = client.config.protocolSettings
  client.destroy()
  return { namespace: defaultNamespace, xmlNamespace: xmlNamespace ?? '', queryCompatible: awsQueryCompatible ?? false }
}
