import type { Properties, ResourceType } from '../../../service.ts'
import { type CallEvents, jsonText, numeric, present } from './call.ts'

export const archiveResource = (call: CallEvents): ResourceType => ({
  properties: ['ArchiveName', 'SourceArn', 'Description', 'EventPattern', 'RetentionDays'],
  noEffect: { KmsKeyIdentifier: 'the archive keeps its events in memory, unencrypted' },

  async create(properties, resource) {
    const ArchiveName = String(properties.ArchiveName ?? resource.physicalName(48))
    const { ArchiveArn } = await call<{ ArchiveArn: string }>('CreateArchive', {
      ArchiveName,
      EventSourceArn: properties.SourceArn,
      ...settings(properties),
    })
    return { ref: ArchiveName, attributes: { Arn: ArchiveArn, ArchiveName } }
  },

  async update(ArchiveName, properties, previous) {
    if (properties.ArchiveName !== previous.ArchiveName || properties.SourceArn !== previous.SourceArn) return undefined
    const { ArchiveArn } = await call<{ ArchiveArn: string }>('UpdateArchive', { ArchiveName, ...settings(properties) })
    return { ref: ArchiveName, attributes: { Arn: ArchiveArn, ArchiveName } }
  },

  async delete(ArchiveName) {
    await call('DeleteArchive', { ArchiveName })
  },
})

const settings = ({ Description, EventPattern, RetentionDays }: Properties) =>
  present({ Description, EventPattern: jsonText(EventPattern), RetentionDays: numeric(RetentionDays) })
