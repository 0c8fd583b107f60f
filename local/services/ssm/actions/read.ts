import type {
  DescribeParametersCommandInput,
  DescribeParametersCommandOutput,
  GetParameterCommandInput,
  GetParameterCommandOutput,
  GetParameterHistoryCommandInput,
  GetParameterHistoryCommandOutput,
  GetParametersByPathCommandInput,
  GetParametersByPathCommandOutput,
  GetParametersCommandInput,
  GetParametersCommandOutput,
  Parameter,
} from '@aws-sdk/client-ssm'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type Caller, type CloudContext } from '../../../service.ts'
import { invalid, required } from '../checks.ts'
import type { SsmModel, StoredParameter, Version } from '../model.ts'
import { secrets } from '../secure.ts'
import { matches } from './filters.ts'

/** Reading one, several, a path, the history. */
export function readActions(context: CloudContext, model: SsmModel): Record<string, Action> {
  const reader = new Reader(context, model)
  return { ...single(model, reader), ...paged(model, reader) }
}

/** Makes the answer's shape, decrypting where the caller asks for it. */
class Reader {
  readonly #context: CloudContext
  readonly #model: SsmModel

  constructor(context: CloudContext, model: SsmModel) {
    this.#context = context
    this.#model = model
  }

  async shape(caller: Caller, parameter: StoredParameter, version: Version, decrypt: boolean): Promise<Parameter> {
    const { name, arn } = parameter
    const secure = version.type === 'SecureString' && decrypt
    return {
      Name: name,
      Type: version.type,
      Value: secure ? await secrets(this.#context).decrypt(caller, arn, version.keyId, version.value) : version.value,
      Version: version.version,
      LastModifiedDate: new Date(version.modified),
      ARN: arn,
      DataType: version.dataType,
    }
  }

  async get(caller: Caller, reference: string, decrypt: boolean): Promise<Parameter> {
    const { parameter, found, selector } = this.#model.find(reference)
    const shape = await this.shape(caller, parameter, found, decrypt)
    return selector === undefined ? shape : { ...shape, Selector: selector }
  }
}

function single(model: SsmModel, reader: Reader): Record<string, Action> {
  const check = (name: string, parameter: string) => ({
    action: `ssm:${name}`,
    resource: model.arn(model.nameOf(parameter)),
  })
  return {
    GetParameter: action<GetParameterCommandInput, GetParameterCommandOutput>({
      accepts: ['Name', 'WithDecryption'],
      access: ({ Name = '' }) => [check('GetParameter', Name)],
      run: async ({ Name, WithDecryption = false }, { caller }) => ({
        Parameter: await reader.get(caller, required(Name, 'Name'), WithDecryption),
      }),
    }),
    GetParameters: action<GetParametersCommandInput, GetParametersCommandOutput>({
      accepts: ['Names', 'WithDecryption'],
      access: ({ Names = [] }) => Names.map((name) => check('GetParameters', name)),
      run: async ({ Names = [], WithDecryption = false }, { caller }) => {
        if (Names.length < 1 || Names.length > 10)
          throw invalid(
            `1 validation error detected: Value '[${Names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length ${Names.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 10'}`,
          )
        const Parameters: Parameter[] = []
        const InvalidParameters: string[] = []
        for (const name of Names) {
          try {
            Parameters.push(await reader.get(caller, name, WithDecryption))
          } catch (error) {
            if (!(error instanceof AwsError) || !/^Parameter(Version)?NotFound$/.test(error.code)) throw error
            InvalidParameters.push(name)
          }
        }
        return { Parameters, InvalidParameters }
      },
    }),
    GetParameterHistory: action<GetParameterHistoryCommandInput, GetParameterHistoryCommandOutput>({
      accepts: ['Name', 'WithDecryption', 'MaxResults', 'NextToken'],
      access: ({ Name = '' }) => [check('GetParameterHistory', Name)],
      run: async ({ Name, WithDecryption = false, ...paging }, { caller }) => {
        const { parameter } = model.find(required(Name, 'Name'))
        const { elements, ...rest } = page(parameter.versions, paging, 50)
        const Parameters = await Promise.all(
          elements.map(async (version) => ({
            ...metadata(parameter, version),
            Value: (await reader.shape(caller, parameter, version, WithDecryption)).Value,
            Labels: [...parameter.labels].flatMap(([label, at]) => (at === version.version ? [label] : [])),
          })),
        )
        return { Parameters, ...rest }
      },
    }),
  }
}

function paged(model: SsmModel, reader: Reader): Record<string, Action> {
  const sorted = (): StoredParameter[] => [...model.parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return {
    GetParametersByPath: action<GetParametersByPathCommandInput, GetParametersByPathCommandOutput>({
      accepts: ['Path', 'Recursive', 'WithDecryption', 'MaxResults', 'NextToken', 'ParameterFilters'],
      access: ({ Path = '/' }) => [{ action: 'ssm:GetParametersByPath', resource: model.arn(Path) }],
      run: async ({ Path, Recursive = false, WithDecryption = false, ParameterFilters, ...paging }, { caller }) => {
        const path = required(Path, 'Path')
        if (!path.startsWith('/'))
          throw invalid(
            `The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "/".`,
          )
        const prefix = path.endsWith('/') ? path : `${path}/`
        const fits = matches(ParameterFilters)
        const below = sorted().filter(
          (one) =>
            one.name.startsWith(prefix) && (Recursive || !one.name.slice(prefix.length).includes('/')) && fits(one),
        )
        const { elements, ...rest } = page(below, paging, 10)
        const Parameters = await Promise.all(
          elements.map((one) => reader.shape(caller, one, one.versions.at(-1) as Version, WithDecryption)),
        )
        return { Parameters, ...rest }
      },
    }),
    DescribeParameters: action<DescribeParametersCommandInput, DescribeParametersCommandOutput>({
      accepts: ['MaxResults', 'NextToken', 'ParameterFilters'],
      access: () => [{ action: 'ssm:DescribeParameters', resource: '*' }],
      run: (input) => {
        const { elements, ...rest } = page(sorted().filter(matches(input.ParameterFilters)), input, 50)
        return { Parameters: elements.map((one) => metadata(one, one.versions.at(-1) as Version)), ...rest }
      },
    }),
  }
}

const metadata = ({ name, arn }: StoredParameter, version: Version) => ({
  Name: name,
  ARN: arn,
  Type: version.type,
  Version: version.version,
  LastModifiedDate: new Date(version.modified),
  LastModifiedUser: version.modifiedBy,
  Tier: version.tier,
  DataType: version.dataType,
  Policies: [],
  ...(version.keyId === undefined ? {} : { KeyId: version.keyId }),
  ...(version.description === undefined ? {} : { Description: version.description }),
  ...(version.allowedPattern === undefined ? {} : { AllowedPattern: version.allowedPattern }),
})

/** One page: `NextToken` is the position of the next element. */
function page<T>(
  all: readonly T[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  most: number,
): { elements: T[]; NextToken?: string } {
  const size = MaxResults ?? most
  if (size < 1 || size > most)
    throw invalid(
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and ${most}`,
    )
  const from = NextToken === undefined ? 0 : Number(NextToken)
  if (!Number.isInteger(from)) throw new AwsError('InvalidNextToken', 'The specified token is not valid.')
  const next = from + size
  return { elements: all.slice(from, next), ...(next < all.length ? { NextToken: String(next) } : {}) }
}
