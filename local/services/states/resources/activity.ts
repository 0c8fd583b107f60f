import type { CreateActivityCommandOutput } from '@aws-sdk/client-sfn'
import type { ResourceType } from '../../../service.ts'
import { type CallStates, camelCase, changed, present } from './call.ts'
import { retag } from './state-machine.ts'

export const activityResource = (call: CallStates): ResourceType => ({
  properties: ['Name', 'Tags'],
  noEffect: { EncryptionConfiguration: 'definitions and executions are kept in memory, unencrypted' },

  async create({ Name, Tags }) {
    const input = { name: Name, ...present({ tags: camelCase(Tags) }) }
    const { activityArn } = await call<CreateActivityCommandOutput>('CreateActivity', input)
    return { ref: String(activityArn), attributes: { Arn: activityArn, Name } }
  },

  async update(arn, properties, previous) {
    if (changed('Name', properties, previous)) return undefined
    if (changed('Tags', properties, previous)) await retag(call, arn, properties, previous)
    return { ref: arn, attributes: { Arn: arn, Name: properties.Name } }
  },

  async delete(activityArn) {
    await call('DeleteActivity', { activityArn })
  },
})
