import type {
  AliasConfiguration,
  CreateAliasCommandInput,
  DeleteAliasCommandInput,
  FunctionConfiguration,
  GetAliasCommandInput,
  ListAliasesCommandInput,
  ListAliasesCommandOutput,
  ListVersionsByFunctionCommandInput,
  ListVersionsByFunctionCommandOutput,
  PublishVersionCommandInput,
  UpdateAliasCommandInput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { describeVersion, type FunctionVersion, listedVersion } from '../model/configuration.ts'
import { page, violation } from '../model/constraints.ts'
import { type Alias, checkRevision, invalid, type LambdaFunction, notFound, versionOf } from '../model/functions.ts'
import { type LambdaParts, onFunction } from '../parts.ts'

/**
 * Freezes `$LATEST` as the next version, which is a change of `$LATEST` too (recorded by LocalStack's validated tests);
 * unchanged code and configuration make no new one.
 */
export function publish(parts: LambdaParts, fn: LambdaFunction, description: string | undefined): FunctionVersion {
  const newest = fn.versions.get(String(fn.newestVersion))
  if (newest && fn.publishedFrom === fn.latest) return newest
  fn.newestVersion += 1
  fn.publishedFrom = fn.latest
  parts.functions.revise(fn.latest)
  const version = {
    ...fn.latest,
    version: String(fn.newestVersion),
    description: description ?? fn.latest.description,
    revisionId: parts.functions.revision(),
    lastModified: parts.functions.now(),
  }
  fn.versions.set(version.version, version)
  return version
}

export const versionActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  PublishVersion: action<PublishVersionCommandInput, FunctionConfiguration>({
    accepts: ['FunctionName', 'CodeSha256', 'Description', 'RevisionId'],
    access: onFunction(parts, 'PublishVersion'),
    run: ({ FunctionName, CodeSha256, Description, RevisionId }) => {
      const fn = parts.functions.asOf(FunctionName, RevisionId)
      if (CodeSha256 !== undefined && CodeSha256 !== fn.latest.code.sha256)
        throw invalid(
          `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${fn.latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
        )
      return describeVersion(publish(parts, fn, Description), true)
    },
  }),

  ListVersionsByFunction: action<ListVersionsByFunctionCommandInput, ListVersionsByFunctionCommandOutput>({
    accepts: ['FunctionName', 'Marker', 'MaxItems'],
    access: onFunction(parts, 'ListVersionsByFunction'),
    run: ({ FunctionName, Marker, MaxItems }) => {
      const fn = parts.functions.get(FunctionName)
      const { items, next } = page([fn.latest, ...fn.versions.values()], Marker, MaxItems ?? 50)
      return { Versions: items.map((version) => listedVersion(version, true)), ...(next ? { NextMarker: next } : {}) }
    },
  }),

  CreateAlias: action<CreateAliasCommandInput, AliasConfiguration>({
    accepts: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig'],
    access: onFunction(parts, 'CreateAlias'),
    run: (input) => {
      const name = input.Name as string
      const draft = {
        name,
        version: input.FunctionVersion as string,
        description: input.Description ?? '',
        weights: weightsOf(input),
      }
      const { fn } = parts.functions.resolve(parts.functions.named(input.FunctionName).name, draft.version)
      checkVersions(fn, draft)
      if (fn.aliases.has(name))
        throw new AwsError('ResourceConflictException', `Alias already exists: ${fn.arn}:${name}`, {
          fields: { Type: 'User' },
        })
      return describeAlias(fn, put(parts, fn, draft))
    },
  }),

  UpdateAlias: action<UpdateAliasCommandInput, AliasConfiguration>({
    accepts: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig', 'RevisionId'],
    access: onFunction(parts, 'UpdateAlias'),
    run: (input) => {
      const fn = parts.functions.get(input.FunctionName)
      const before = alias(parts, fn, input.Name)
      checkRevision(before, input.RevisionId)
      const draft = {
        name: before.name,
        version: input.FunctionVersion ?? before.version,
        description: input.Description ?? before.description,
        weights: input.RoutingConfig ? weightsOf(input) : before.weights,
      }
      checkVersions(fn, draft)
      return describeAlias(fn, put(parts, fn, draft))
    },
  }),

  GetAlias: action<GetAliasCommandInput, AliasConfiguration>({
    accepts: ['FunctionName', 'Name'],
    access: onFunction(parts, 'GetAlias'),
    run: ({ FunctionName, Name }) => {
      const fn = parts.functions.get(FunctionName)
      return describeAlias(fn, alias(parts, fn, Name))
    },
  }),

  ListAliases: action<ListAliasesCommandInput, ListAliasesCommandOutput>({
    accepts: ['FunctionName', 'FunctionVersion', 'Marker', 'MaxItems'],
    access: onFunction(parts, 'ListAliases'),
    run: ({ FunctionName, FunctionVersion, Marker, MaxItems }) => {
      const fn = parts.functions.get(FunctionName)
      const all = [...fn.aliases.values()].filter(
        ({ version }) => FunctionVersion === undefined || version === FunctionVersion,
      )
      const { items, next } = page(all, Marker, MaxItems ?? 50)
      return { Aliases: items.map((item) => describeAlias(fn, item)), ...(next ? { NextMarker: next } : {}) }
    },
  }),

  DeleteAlias: action<DeleteAliasCommandInput, object>({
    accepts: ['FunctionName', 'Name'],
    access: onFunction(parts, 'DeleteAlias'),
    run: ({ FunctionName, Name }) => {
      parts.functions.get(FunctionName).aliases.delete(Name ?? '')
      return {}
    },
  }),
})

const member = 'routingConfig.additionalVersionWeights'

/** Wordings of this and of what the versions must be recorded by LocalStack's validated tests, November 2023. */
function weightsOf({ RoutingConfig }: CreateAliasCommandInput | UpdateAliasCommandInput): Record<string, number> {
  const weights = { ...RoutingConfig?.AdditionalVersionWeights }
  const all = Object.entries(weights)
  const told = `{${all.map(([version, weight]) => `${version}=${Number.isInteger(weight) ? weight.toFixed(1) : weight}`).join(', ')}}`
  if (all.some(([, weight]) => weight < 0 || weight > 1))
    throw violation(
      member,
      told,
      'have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]',
      'Map value must satisfy constraint: [',
    )
  if (all.some(([version]) => !/^[0-9]{1,1024}$/.test(version)))
    throw violation(
      member,
      told,
      'have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be null]',
      'Map keys must satisfy constraint: [',
    )
  if (all.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1')
  return weights
}

function checkVersions(fn: LambdaFunction, { version, weights }: Pick<Alias, 'version' | 'weights'>): void {
  if (!versionOf(fn, version)) throw notFound(`${fn.arn}:${version}`)
  for (const other of Object.keys(weights)) {
    if (other === version)
      throw invalid(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      )
    if (version === '$LATEST')
      throw new AwsError(
        'InvalidParameterValueException',
        '$LATEST is not supported for an alias pointing to more than 1 version',
      )
    if (!fn.versions.has(other)) throw notFound(`${fn.arn}:${other}`)
  }
}

function put(parts: LambdaParts, fn: LambdaFunction, draft: Omit<Alias, 'revisionId'>): Alias {
  const made = { ...draft, revisionId: parts.functions.revision() }
  fn.aliases.set(made.name, made)
  return made
}

function alias(parts: LambdaParts, fn: LambdaFunction, name: string | undefined): Alias {
  const found = fn.aliases.get(name ?? '')
  if (!found)
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${parts.functions.arnOf(fn.name, name)}`, {
      fields: { Type: 'User' },
    })
  return found
}

const describeAlias = (
  fn: LambdaFunction,
  { name, version, description, weights, revisionId }: Alias,
): AliasConfiguration => ({
  AliasArn: `${fn.arn}:${name}`,
  Name: name,
  FunctionVersion: version,
  Description: description,
  RevisionId: revisionId,
  ...(Object.keys(weights).length > 0 ? { RoutingConfig: { AdditionalVersionWeights: { ...weights } } } : {}),
})
