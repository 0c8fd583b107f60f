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
import { describeVersion, type FunctionVersion } from '../model/configuration.ts'
import { inRange, page, required, violation } from '../model/constraints.ts'
import { type Alias, invalid, type LambdaFunction, notFound } from '../model/functions.ts'
import { type LambdaParts, onFunction } from '../parts.ts'

/** Freezes `$LATEST` as the next version; unchanged code and configuration make no new one. */
export function publish(parts: LambdaParts, fn: LambdaFunction, description: string | undefined): FunctionVersion {
  const newest = fn.versions.get(String(fn.newestVersion))
  if (newest && newest.code.sha256 === fn.latest.code.sha256 && newest.lastModified >= fn.latest.lastModified)
    return newest
  fn.newestVersion += 1
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
    accepts: ['FunctionName', 'CodeSha256', 'Description'],
    access: onFunction(parts, 'PublishVersion'),
    run: ({ FunctionName, CodeSha256, Description }) => {
      const fn = parts.functions.get(FunctionName)
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
      return { Versions: items.map((version) => describeVersion(version, true)), ...(next ? { NextMarker: next } : {}) }
    },
  }),

  CreateAlias: action<CreateAliasCommandInput, AliasConfiguration>({
    accepts: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig'],
    access: onFunction(parts, 'CreateAlias'),
    run: (input) => {
      const fn = parts.functions.get(input.FunctionName)
      required('name', input.Name)
      required('functionVersion', input.FunctionVersion)
      const name = input.Name as string
      if (/^\d+$/.test(name) || !/^[\w-]{1,128}$/.test(name))
        throw violation('name', name, 'satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)')
      if (fn.aliases.has(name))
        throw new AwsError('ResourceConflictException', `Alias already exists: ${fn.arn}:${name}`, {
          fields: { Type: 'User' },
        })
      return describeAlias(
        fn,
        put(parts, fn, {
          name,
          version: input.FunctionVersion as string,
          description: input.Description ?? '',
          weights: weightsOf(input),
        }),
      )
    },
  }),

  UpdateAlias: action<UpdateAliasCommandInput, AliasConfiguration>({
    accepts: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig'],
    access: onFunction(parts, 'UpdateAlias'),
    run: (input) => {
      const fn = parts.functions.get(input.FunctionName)
      const before = alias(parts, fn, input.Name)
      return describeAlias(
        fn,
        put(parts, fn, {
          name: before.name,
          version: input.FunctionVersion ?? before.version,
          description: input.Description ?? before.description,
          weights: input.RoutingConfig ? weightsOf(input) : before.weights,
        }),
      )
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

function weightsOf({ RoutingConfig }: CreateAliasCommandInput | UpdateAliasCommandInput): Record<string, number> {
  const weights = { ...RoutingConfig?.AdditionalVersionWeights }
  for (const weight of Object.values(weights)) inRange('routingConfig.additionalVersionWeights', weight, 0, 1)
  return weights
}

function put(parts: LambdaParts, fn: LambdaFunction, draft: Omit<Alias, 'revisionId'>): Alias {
  for (const version of [draft.version, ...Object.keys(draft.weights)])
    if (!fn.versions.has(version)) throw notFound(`${fn.arn}:${version}`)
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
