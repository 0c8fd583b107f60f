import type {
  GetLayerVersionCommandInput,
  GetProvisionedConcurrencyConfigCommandInput,
  ListFunctionUrlConfigsCommandInput,
  ListProvisionedConcurrencyConfigsCommandInput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { invalid, notFound } from '../model/functions.ts'
import { type LambdaParts, onAnything, onFunction } from '../parts.ts'

const missing = (message: string, code = 'ResourceNotFoundException'): AwsError =>
  new AwsError(code, message, { status: 404, fields: { Type: 'User' } })

const gone = () => missing('The resource you requested does not exist.')

/**
 * What tools and the console read of every function: that it has none of it is the whole answer. Wordings recorded by
 * LocalStack's validated tests.
 */
export const absentFeatureActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  ...provisionedConcurrency(parts),
  ...functionUrls(parts),
  ...layers,
  ListCodeSigningConfigs: emptyList('ListCodeSigningConfigs', 'CodeSigningConfigs', []),
  DeleteFunctionCodeSigningConfig: action<ListFunctionUrlConfigsCommandInput, object>({
    accepts: ['FunctionName'],
    access: onFunction(parts, 'DeleteFunctionCodeSigningConfig'),
    run: ({ FunctionName }) => {
      parts.functions.get(FunctionName)
      return {}
    },
  }),
})

function provisionedConcurrency(parts: LambdaParts): Readonly<Record<string, Action>> {
  const of = (name: string, run: () => object): Action =>
    action<GetProvisionedConcurrencyConfigCommandInput, object>({
      accepts: ['FunctionName', 'Qualifier'],
      access: onFunction(parts, name),
      run(input) {
        checkPublished(parts, input)
        return run()
      },
    })
  return {
    GetProvisionedConcurrencyConfig: of('GetProvisionedConcurrencyConfig', () => {
      throw missing(
        'No Provisioned Concurrency Config found for this function',
        'ProvisionedConcurrencyConfigNotFoundException',
      )
    }),
    DeleteProvisionedConcurrencyConfig: of('DeleteProvisionedConcurrencyConfig', () => ({})),
    ListProvisionedConcurrencyConfigs: action<ListProvisionedConcurrencyConfigsCommandInput, object>({
      accepts: ['FunctionName', 'Marker', 'MaxItems'],
      access: onFunction(parts, 'ListProvisionedConcurrencyConfigs'),
      run({ FunctionName }) {
        parts.functions.get(FunctionName)
        return { ProvisionedConcurrencyConfigs: [] }
      },
    }),
  }
}

/** Only published versions and aliases have concurrency of their own that is ready. */
function checkPublished({ functions }: LambdaParts, input: GetProvisionedConcurrencyConfigCommandInput): void {
  const { name, qualifier } = functions.named(input.FunctionName, input.Qualifier)
  if (qualifier === undefined || qualifier === '$LATEST')
    throw invalid('The function resource provided must be an alias or a published version.')
  const fn = functions.find(name)
  if (fn?.aliases.has(qualifier) || fn?.versions.has(qualifier)) return
  const arn = functions.arnOf(name, qualifier)
  throw /^\d+$/.test(qualifier) ? notFound(arn) : missing(`Cannot find alias arn: ${arn}`)
}

function functionUrls(parts: LambdaParts): Readonly<Record<string, Action>> {
  const none = (name: string): Action =>
    action<GetProvisionedConcurrencyConfigCommandInput, object>({
      accepts: ['FunctionName', 'Qualifier'],
      access: onFunction(parts, name),
      run() {
        throw gone()
      },
    })
  return {
    GetFunctionUrlConfig: none('GetFunctionUrlConfig'),
    DeleteFunctionUrlConfig: none('DeleteFunctionUrlConfig'),
    ListFunctionUrlConfigs: action<ListFunctionUrlConfigsCommandInput, object>({
      accepts: ['FunctionName', 'Marker', 'MaxItems'],
      access: onFunction(parts, 'ListFunctionUrlConfigs'),
      run({ FunctionName }) {
        if (!parts.functions.find(parts.functions.named(FunctionName).name)) throw missing('Function does not exist')
        return { FunctionUrlConfigs: [] }
      },
    }),
  }
}

const emptyList = (name: string, list: string, accepts: readonly string[]): Action => ({
  accepts: ['Marker', 'MaxItems', ...accepts],
  access: onAnything(name),
  run: () => ({ [list]: [] }),
})

const layers: Readonly<Record<string, Action>> = {
  ListLayers: emptyList('ListLayers', 'Layers', ['CompatibleRuntime', 'CompatibleArchitecture']),
  ListLayerVersions: emptyList('ListLayerVersions', 'LayerVersions', [
    'LayerName',
    'CompatibleRuntime',
    'CompatibleArchitecture',
  ]),
  GetLayerVersion: action<GetLayerVersionCommandInput, object>({
    accepts: ['LayerName', 'VersionNumber'],
    access: onAnything('GetLayerVersion'),
    run({ VersionNumber = 0 }) {
      if (VersionNumber < 1) throw invalid('Layer Version Cannot be less than 1')
      throw gone()
    },
  }),
}

/** Actions that would make what there is none of, each with the way out. */
export const refusedActions: Readonly<Record<string, string>> = {
  PutProvisionedConcurrencyConfig:
    'Environments stay warm by themselves here: configure it where it is deployed to AWS.',
  CreateFunctionUrlConfig: 'Give the function an HTTP API.',
  PublishLayerVersion: 'Bundle what the layer holds with the function.',
  CreateCodeSigningConfig: 'Code is not signed here: configure it where it is deployed to AWS.',
  PutFunctionCodeSigningConfig: 'Code is not signed here: configure it where it is deployed to AWS.',
  InvokeWithResponseStream: 'Answers come whole here: use Invoke.',
}
