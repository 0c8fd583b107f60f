import type {
  CreateArchiveCommandInput,
  CreateArchiveCommandOutput,
  DeleteArchiveCommandInput,
  DeleteArchiveCommandOutput,
  DescribeArchiveCommandInput,
  DescribeArchiveCommandOutput,
  ListArchivesCommandInput,
  ListArchivesCommandOutput,
  UpdateArchiveCommandInput,
  UpdateArchiveCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import type { Archive } from '../archives.ts'
import { atMost, between, eventSource, invalid, named, oneOf, required, satisfies, text } from '../constraints.ts'
import type { EventsState } from '../model.ts'
import { page } from '../pages.ts'
import { compilePattern } from '../rule-pattern.ts'

const ARCHIVE_STATES = ['ENABLED', 'DISABLED', 'CREATING', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED']

type Settings = Pick<CreateArchiveCommandInput, 'Description' | 'EventPattern' | 'RetentionDays'>

export const archiveActions = ({ buses, archives }: EventsState): Record<string, Action> => {
  const access = (name: string) => (input: { ArchiveName?: string | undefined }) => [
    { action: `events:${name}`, resource: archives.arn(input.ArchiveName) },
  ]
  return {
    CreateArchive: action<CreateArchiveCommandInput, CreateArchiveCommandOutput>({
      accepts: ['ArchiveName', 'EventSourceArn', 'Description', 'EventPattern', 'RetentionDays'],
      noEffect: ['KmsKeyIdentifier'],
      access: access('CreateArchive'),
      run: (input) => {
        satisfies(
          ...named('archiveName', input.ArchiveName, 48),
          required('eventSourceArn', input.EventSourceArn),
          ...eventSource(input.EventSourceArn),
        )
        const apply = settings(input)
        const archive = archives.create(input.ArchiveName ?? '', buses.get(input.EventSourceArn).arn)
        apply(archive)
        return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: archive.created }
      },
    }),
    UpdateArchive: action<UpdateArchiveCommandInput, UpdateArchiveCommandOutput>({
      accepts: ['ArchiveName', 'Description', 'EventPattern', 'RetentionDays'],
      noEffect: ['KmsKeyIdentifier'],
      access: access('UpdateArchive'),
      run: (input) => {
        satisfies(...named('archiveName', input.ArchiveName, 48))
        const archive = existing(() => archives.get(input.ArchiveName ?? ''))
        settings(input)(archive)
        return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: archive.created }
      },
    }),
    DescribeArchive: action<DescribeArchiveCommandInput, DescribeArchiveCommandOutput>({
      accepts: ['ArchiveName'],
      access: access('DescribeArchive'),
      run: ({ ArchiveName }) => {
        satisfies(...named('archiveName', ArchiveName, 48))
        const archive = archives.get(ArchiveName ?? '')
        return {
          ...listed(archive),
          ArchiveArn: archive.arn,
          ...(archive.description === undefined ? {} : { Description: archive.description }),
          ...(archive.pattern === undefined ? {} : { EventPattern: archive.pattern }),
        }
      },
    }),
    DeleteArchive: action<DeleteArchiveCommandInput, DeleteArchiveCommandOutput>({
      accepts: ['ArchiveName'],
      access: access('DeleteArchive'),
      run: ({ ArchiveName }) => {
        satisfies(...named('archiveName', ArchiveName, 48))
        archives.delete(ArchiveName ?? '')
        return {}
      },
    }),
    ListArchives: action<ListArchivesCommandInput, ListArchivesCommandOutput>({
      accepts: ['NamePrefix', 'EventSourceArn', 'State', 'NextToken', 'Limit'],
      access: () => [{ action: 'events:ListArchives', resource: '*' }],
      run: (input) => {
        const { NamePrefix, EventSourceArn, State } = input
        satisfies(
          ...text('namePrefix', NamePrefix, { most: 48, pattern: '[\\.\\-_A-Za-z0-9]+' }),
          ...eventSource(EventSourceArn),
          oneOf('state', State, ARCHIVE_STATES),
        )
        if ([NamePrefix, EventSourceArn, State].filter((filter) => filter !== undefined).length > 1)
          throw invalid(
            'At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.',
          )
        const busArn = EventSourceArn === undefined ? undefined : buses.get(EventSourceArn).arn
        const all = archives
          .all()
          .filter(({ name }) => name.startsWith(NamePrefix ?? ''))
          .filter((archive) => busArn === undefined || archive.busArn === busArn)
          .filter(() => State === undefined || State === 'ENABLED')
        const { items, ...rest } = page(all, input)
        return { Archives: items.map(listed), ...rest }
      },
    }),
  }
}

/** Checks the settings and returns what puts them on an archive, so that a wrong one changes nothing. */
function settings(input: Settings): (archive: Archive) => void {
  satisfies(
    atMost('description', input.Description, 512),
    between('retentionDays', input.RetentionDays, 0, Number.MAX_SAFE_INTEGER),
    atMost('eventPattern', input.EventPattern, 4096),
  )
  const matcher = input.EventPattern ? compilePattern(input.EventPattern) : undefined
  return (archive) => {
    if (input.Description !== undefined) archive.description = input.Description
    if (input.RetentionDays !== undefined) archive.retentionDays = input.RetentionDays
    if (input.EventPattern === undefined) return
    archive.pattern = input.EventPattern || undefined
    archive.matcher = matcher
  }
}

/** AWS answers an update of an unknown archive with a fault of its own, as recorded. */
function existing(get: () => Archive): Archive {
  try {
    return get()
  } catch {
    throw new AwsError('InternalException', 'Service encountered unexpected problem. Please try again.')
  }
}

const listed = (archive: Archive) => ({
  ArchiveName: archive.name,
  EventSourceArn: archive.busArn,
  State: 'ENABLED' as const,
  RetentionDays: archive.retentionDays,
  SizeBytes: archive.events.reduce((sum, { json }) => sum + archivedBytes(json), 0),
  EventCount: archive.events.length,
  CreationTime: archive.created,
})

/** As recorded: what the caller gave, and 26 bytes that are the same for every event. */
function archivedBytes(json: string): number {
  const { source, 'detail-type': type, resources, detail } = JSON.parse(json) as Readonly<Record<string, unknown>>
  const parts = [source, type, ...(resources as readonly unknown[]), JSON.stringify(detail)]
  return parts.reduce((sum: number, part) => sum + Buffer.byteLength(String(part)), 26)
}
