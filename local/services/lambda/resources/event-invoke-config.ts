import type { Properties, ResourceType } from '../../../service.ts'
import { type CallLambda, changed, numberOf, present } from './call.ts'

const inputOf = (properties: Properties): Record<string, unknown> =>
  present({
    FunctionName: properties.FunctionName,
    Qualifier: properties.Qualifier,
    MaximumRetryAttempts: numberOf(properties.MaximumRetryAttempts),
    MaximumEventAgeInSeconds: numberOf(properties.MaximumEventAgeInSeconds),
    DestinationConfig: properties.DestinationConfig,
  })

const idOf = ({ FunctionName, Qualifier }: Properties): string => `${FunctionName}:${Qualifier}`

export const eventInvokeConfigResource = (call: CallLambda): ResourceType => ({
  properties: ['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'],
  async create(properties) {
    await call('PutFunctionEventInvokeConfig', inputOf(properties))
    return { ref: idOf(properties), attributes: {} }
  },
  async update(id, properties, previous) {
    if (changed('FunctionName', properties, previous) || changed('Qualifier', properties, previous)) return undefined
    await call('PutFunctionEventInvokeConfig', inputOf(properties))
    return { ref: id, attributes: {} }
  },
  async delete(_id, { FunctionName, Qualifier }) {
    await call('DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier })
  },
})
