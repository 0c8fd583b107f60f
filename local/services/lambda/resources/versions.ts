import type { AliasConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda'
import { NotSimulated } from '../../../errors.ts'
import type { ResourceType } from '../../../service.ts'
import { type CallLambda, changed, present } from './call.ts'

export const versionResource = (call: CallLambda): ResourceType => ({
  properties: ['FunctionName', 'Description', 'CodeSha256'],
  noEffect: { RuntimePolicy: 'there is one runtime, Node.js 24' },
  async create({ FunctionName, Description, CodeSha256 }) {
    const made = await call<FunctionConfiguration>('PublishVersion', {
      FunctionName,
      ...present({ Description, CodeSha256 }),
    })
    return { ref: made.FunctionArn as string, attributes: { FunctionArn: made.FunctionArn, Version: made.Version } }
  },
  // CloudFormation keeps a version whose description changes as it is: a version never changes.
  async update(arn, properties, previous) {
    if (changed('FunctionName', properties, previous) || changed('CodeSha256', properties, previous)) return undefined
    return { ref: arn, attributes: { FunctionArn: arn, Version: arn.slice(arn.lastIndexOf(':') + 1) } }
  },
  async delete(arn) {
    await call('DeleteFunction', { FunctionName: arn })
  },
})

interface RoutingProperty {
  readonly AdditionalVersionWeights?: readonly {
    readonly FunctionVersion: string
    readonly FunctionWeight: number | string
  }[]
}

const routingOf = (value: unknown): object | undefined =>
  value === undefined
    ? undefined
    : {
        AdditionalVersionWeights: Object.fromEntries(
          ((value as RoutingProperty).AdditionalVersionWeights ?? []).map(({ FunctionVersion, FunctionWeight }) => [
            FunctionVersion,
            Number(FunctionWeight),
          ]),
        ),
      }

export const aliasResource = (call: CallLambda): ResourceType => ({
  properties: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig'],
  async create({ FunctionName, Name, FunctionVersion, Description, RoutingConfig, ProvisionedConcurrencyConfig }) {
    if (ProvisionedConcurrencyConfig)
      throw new NotSimulated('provisioned concurrency', 'Leave ProvisionedConcurrencyConfig out.')
    const made = await call<AliasConfiguration>('CreateAlias', {
      FunctionName,
      Name,
      FunctionVersion,
      ...present({ Description, RoutingConfig: routingOf(RoutingConfig) }),
    })
    return { ref: made.AliasArn as string, attributes: { AliasArn: made.AliasArn } }
  },
  async update(arn, properties, previous) {
    if (changed('FunctionName', properties, previous) || changed('Name', properties, previous)) return undefined
    const { FunctionName, Name, FunctionVersion, Description, RoutingConfig } = properties
    await call('UpdateAlias', {
      FunctionName,
      Name,
      FunctionVersion,
      Description: Description ?? '',
      RoutingConfig: routingOf(RoutingConfig ?? {}),
    })
    return { ref: arn, attributes: { AliasArn: arn } }
  },
  async delete(_arn, { FunctionName, Name }) {
    await call('DeleteAlias', { FunctionName, Name })
  },
})
