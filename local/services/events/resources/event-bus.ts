import type { Properties, ResourceType } from '../../../service.ts'
import { type CallEvents, jsonText, orUndo, present } from './call.ts'

export const eventBusResource = (call: CallEvents): ResourceType => ({
  properties: ['Name', 'Description', 'DeadLetterConfig', 'Policy', 'Tags'],
  noEffect: { KmsKeyIdentifier: 'the bus keeps its events in memory, unencrypted' },

  async create(properties) {
    const Name = String(properties.Name)
    const { Description, DeadLetterConfig, Tags } = properties
    const { EventBusArn } = await call<{ EventBusArn: string }>(
      'CreateEventBus',
      present({ Name, Description, DeadLetterConfig, Tags }),
    )
    await orUndo(putPolicy(call, Name, properties), () => call('DeleteEventBus', { Name }))
    return { ref: Name, attributes: { Arn: EventBusArn, Name } }
  },

  async update(Name, properties, previous) {
    if (properties.Name !== previous.Name) return undefined
    const { Arn } = await call<{ Arn: string }>(
      'UpdateEventBus',
      present({ Name, Description: properties.Description, DeadLetterConfig: properties.DeadLetterConfig }),
    )
    if (properties.Policy === undefined && previous.Policy !== undefined)
      await call('RemovePermission', { EventBusName: Name, RemoveAllPermissions: true })
    await putPolicy(call, Name, properties)
    await retag(call, Arn, properties, previous)
    return { ref: Name, attributes: { Arn, Name } }
  },

  async delete(Name) {
    await call('DeleteEventBus', { Name })
  },
})

async function putPolicy(call: CallEvents, EventBusName: string, { Policy }: Properties): Promise<void> {
  if (Policy !== undefined) await call('PutPermission', { EventBusName, Policy: jsonText(Policy) })
}

interface Tag {
  readonly Key: string
}

/** Makes the tags of a resource what the new properties say. */
export async function retag(
  call: CallEvents,
  arn: string,
  properties: Properties,
  previous: Properties,
): Promise<void> {
  const next = (properties.Tags as readonly Tag[] | undefined) ?? []
  const gone = ((previous.Tags as readonly Tag[] | undefined) ?? []).filter(
    ({ Key }) => !next.some((tag) => tag.Key === Key),
  )
  if (gone.length > 0) await call('UntagResource', { ResourceARN: arn, TagKeys: gone.map(({ Key }) => Key) })
  if (next.length > 0) await call('TagResource', { ResourceARN: arn, Tags: next })
}
