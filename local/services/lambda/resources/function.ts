import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { NotSimulated } from '../../../errors.ts'
import type { CreatedResource, Properties, ResourceContext, ResourceType } from '../../../service.ts'
import type { CodeStore } from '../model/code.ts'
import { type CallLambda, changed, numberOf, present, tagsOf, textOf } from './call.ts'

interface CodeProperty {
  readonly S3Bucket?: string
  readonly S3Key?: string
  readonly ZipFile?: string
  readonly ImageUri?: string
}

/** Where an API call finds the code: the asset's own folder, or the inline source made an archive of one file. */
function codeOf(code: CodeProperty, store: CodeStore, resource: ResourceContext): { S3Bucket: string; S3Key: string } {
  if (code.ImageUri) throw new NotSimulated('container images', 'Use a Zip package for Node.js.')
  if (code.ZipFile !== undefined) return store.addInline(code.ZipFile)
  const { S3Bucket = '', S3Key = '' } = code
  store.addAsset(S3Bucket, S3Key, resource.assetPath(S3Bucket, S3Key))
  return { S3Bucket, S3Key }
}

const configurationOf = (properties: Properties): Record<string, unknown> =>
  present({
    Role: properties.Role,
    Runtime: properties.Runtime,
    Handler: properties.Handler,
    Description: textOf(properties.Description),
    Timeout: numberOf(properties.Timeout),
    MemorySize: numberOf(properties.MemorySize),
    Environment: environmentOf(properties.Environment),
    DeadLetterConfig: properties.DeadLetterConfig,
    LoggingConfig: properties.LoggingConfig,
  })

function environmentOf(value: unknown): object | undefined {
  if (value === undefined) return undefined
  const variables = (value as { Variables?: Record<string, unknown> }).Variables ?? {}
  return { Variables: Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, String(text)])) }
}

export const functionResource = (call: CallLambda, store: CodeStore): ResourceType => ({
  properties: [
    'FunctionName',
    'Code',
    'Role',
    'Runtime',
    'Handler',
    'Description',
    'Timeout',
    'MemorySize',
    'Environment',
    'DeadLetterConfig',
    'LoggingConfig',
    'ReservedConcurrentExecutions',
    'RecursiveLoop',
    'Tags',
    'PackageType',
  ],
  noEffect: {
    Architectures: 'functions run on this machine',
    EphemeralStorage: "/tmp is this machine's",
    TracingConfig: 'the trace header is passed on, but no X-Ray service records it',
    KmsKeyArn: 'variables are kept in memory',
    VpcConfig: 'functions reach the local cloud on the loopback interface',
    SnapStart: 'Node.js runtimes have none',
    RuntimeManagementConfig: 'there is one runtime, Node.js 24',
  },
  async create(properties, resource) {
    const { FunctionName } = await call<FunctionConfiguration>('CreateFunction', {
      FunctionName: properties.FunctionName ?? resource.physicalName(64),
      Code: codeOf(properties.Code as CodeProperty, store, resource),
      ...configurationOf(properties),
      ...present({ Tags: tagsOf(properties.Tags), PackageType: properties.PackageType }),
    })
    const name = FunctionName as string
    await reserve(call, name, properties)
    if (properties.RecursiveLoop !== undefined) await allowLoops(call, name, properties)
    return describe(call, name)
  },
  async update(name, properties, previous, resource) {
    if (changed('FunctionName', properties, previous) || changed('PackageType', properties, previous)) return undefined
    if (changed('Code', properties, previous))
      await call('UpdateFunctionCode', {
        FunctionName: name,
        ...codeOf(properties.Code as CodeProperty, store, resource),
      })
    const [wanted, before] = [configurationOf(properties), configurationOf(previous)]
    if (JSON.stringify(wanted) !== JSON.stringify(before))
      await call('UpdateFunctionConfiguration', { FunctionName: name, ...cleared(before), ...wanted })
    if (changed('ReservedConcurrentExecutions', properties, previous)) await reserve(call, name, properties)
    if (changed('RecursiveLoop', properties, previous)) await allowLoops(call, name, properties)
    return describe(call, name)
  },
  async delete(name) {
    await call('DeleteFunction', { FunctionName: name })
  },
})

/** A property that the template no longer has goes back to its default. */
const defaults: Properties = { Description: '', Timeout: 3, MemorySize: 128, Environment: {}, DeadLetterConfig: {} }

const cleared = (before: Properties): Properties =>
  Object.fromEntries(Object.entries(defaults).filter(([name]) => name in before))

async function reserve(call: CallLambda, name: string, properties: Properties): Promise<void> {
  const reserved = numberOf(properties.ReservedConcurrentExecutions)
  if (reserved === undefined) await call('DeleteFunctionConcurrency', { FunctionName: name })
  else await call('PutFunctionConcurrency', { FunctionName: name, ReservedConcurrentExecutions: reserved })
}

async function allowLoops(call: CallLambda, name: string, { RecursiveLoop = 'Terminate' }: Properties): Promise<void> {
  await call('PutFunctionRecursionConfig', { FunctionName: name, RecursiveLoop })
}

async function describe(call: CallLambda, name: string): Promise<CreatedResource> {
  const { FunctionArn } = await call<FunctionConfiguration>('GetFunctionConfiguration', { FunctionName: name })
  return { ref: name, attributes: { Arn: FunctionArn } }
}
