import { NotSimulated } from '../../../errors.ts'
import type { Properties, ResourceType } from '../../../service.ts'
import { attributeText, type CallSns } from './call.ts'

const ATTRIBUTES = ['FilterPolicyScope', 'FilterPolicy', 'RawMessageDelivery', 'RedrivePolicy', 'ReplayPolicy']

export const subscriptionResource = (call: CallSns, region: string): ResourceType => ({
  properties: ['TopicArn', 'Protocol', 'Endpoint', 'Region', ...ATTRIBUTES],

  async create(properties) {
    if (properties.Region !== undefined && properties.Region !== region)
      throw new NotSimulated(`a subscription in the region ${properties.Region}`, `The local cloud is ${region}.`)
    const { TopicArn, Protocol, Endpoint } = properties
    const Attributes = attributesOf(properties)
    const { SubscriptionArn } = await call<{ SubscriptionArn: string }>('Subscribe', {
      ...{ TopicArn, Protocol, Endpoint, Attributes },
    })
    return { ref: SubscriptionArn, attributes: { Arn: SubscriptionArn } }
  },

  async update(SubscriptionArn, properties, previous) {
    for (const name of ['TopicArn', 'Protocol', 'Endpoint', 'Region'])
      if (properties[name] !== previous[name]) return undefined
    const before = attributesOf(previous)
    const now = attributesOf(properties)
    for (const AttributeName of ATTRIBUTES) {
      if (before[AttributeName] === now[AttributeName]) continue
      const AttributeValue = now[AttributeName] ?? defaults[AttributeName] ?? ''
      await call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue })
    }
    return { ref: SubscriptionArn, attributes: { Arn: SubscriptionArn } }
  },

  async delete(SubscriptionArn) {
    await call('Unsubscribe', { SubscriptionArn })
  },
})

const defaults: Readonly<Record<string, string>> = {
  FilterPolicyScope: 'MessageAttributes',
  RawMessageDelivery: 'false',
}

const attributesOf = (properties: Properties): Record<string, string> =>
  Object.fromEntries(
    ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => [name, attributeText(properties[name])]),
  )
