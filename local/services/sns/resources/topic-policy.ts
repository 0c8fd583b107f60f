import type { CreatedResource, Properties, ResourceType } from '../../../service.ts'
import { defaultPolicy } from '../policy.ts'
import { attributeText, type CallSns } from './call.ts'

const setPolicy = (call: CallSns, TopicArn: string, policy: unknown): Promise<unknown> =>
  call('SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue: attributeText(policy) })

/** The policy of one or more topics. */
export const topicPolicyResource = (call: CallSns, account: string): ResourceType => {
  const topicsOf = ({ Topics }: Properties): readonly string[] => (Topics as readonly string[] | undefined) ?? []
  const put = async (properties: Properties): Promise<void> => {
    for (const arn of topicsOf(properties)) await setPolicy(call, arn, properties.PolicyDocument)
  }
  return {
    properties: ['PolicyDocument', 'Topics'],
    async create(properties, resource): Promise<CreatedResource> {
      await put(properties)
      const Id = resource.physicalName(128)
      return { ref: Id, attributes: { Id } }
    },
    async update(Id, properties, previous) {
      for (const arn of topicsOf(previous))
        if (!topicsOf(properties).includes(arn)) await setPolicy(call, arn, defaultPolicy(arn, account))
      await put(properties)
      return { ref: Id, attributes: { Id } }
    },
    async delete(_Id, properties) {
      for (const arn of topicsOf(properties)) await setPolicy(call, arn, defaultPolicy(arn, account))
    },
  }
}

/** The policy of one topic. */
export const topicInlinePolicyResource = (call: CallSns, account: string): ResourceType => ({
  properties: ['PolicyDocument', 'TopicArn'],
  async create(properties) {
    const arn = String(properties.TopicArn)
    await setPolicy(call, arn, properties.PolicyDocument)
    return { ref: arn, attributes: {} }
  },
  async update(arn, properties, previous) {
    if (properties.TopicArn !== previous.TopicArn) return undefined
    await setPolicy(call, arn, properties.PolicyDocument)
    return { ref: arn, attributes: {} }
  },
  async delete(arn) {
    await setPolicy(call, arn, defaultPolicy(arn, account))
  },
})
