import type {
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
  InputLogEvent,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
  RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs'
import { type Action, action } from '../../../service.ts'
import { constraint, invalidParameter } from '../errors.ts'
import type { LogEvent } from '../model/event.ts'
import { keptSince, type LogGroup } from '../model/group.ts'
import { type LogsParts, onGroup, onStream, requireGroup, requireStream } from '../parts.ts'
import { compilePattern } from '../patterns/compile.ts'

const MAX_EVENTS = 10_000
const MAX_BYTES = 1_048_576
/** Bytes that AWS counts for each event beside its message. */
const EVENT_BYTES = 26
const DAY_MS = 86_400_000
const OLDEST_MS = 14 * DAY_MS
const NEWEST_MS = 2 * 3_600_000

type Entry = { timestamp: number; message: string }

/** @throws InvalidParameterException for what AWS refuses a whole request for */
function checkEntries(list: readonly InputLogEvent[] | undefined): Entry[] {
  if (!list) throw constraint(null, 'logEvents', 'not be null')
  if (list.length < 1) throw constraint('[]', 'logEvents', 'have length greater than or equal to 1')
  if (list.length > MAX_EVENTS)
    throw constraint(`[${list.length} events]`, 'logEvents', `have length less than or equal to ${MAX_EVENTS}`)
  const entries = list.map(({ timestamp, message }, index) => {
    if (timestamp === undefined || timestamp < 0)
      throw constraint(timestamp, `logEvents.${index + 1}.member.timestamp`, 'have value greater than or equal to 0')
    if (!message)
      throw constraint(message, `logEvents.${index + 1}.member.message`, 'have length greater than or equal to 1')
    return { timestamp, message }
  })
  const bytes = entries.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_BYTES, 0)
  if (bytes > MAX_BYTES) throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BYTES}`)
  for (const [index, entry] of entries.entries())
    if (index > 0 && entry.timestamp < (entries[index - 1] as Entry).timestamp)
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.')
  if ((entries.at(-1) as Entry).timestamp - (entries[0] as Entry).timestamp > DAY_MS)
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.')
  return entries
}

/** Events too old or too new are left out one by one, and the answer says which. */
function accepted(
  entries: readonly Entry[],
  group: LogGroup,
  now: number,
): [Entry[], RejectedLogEventsInfo | undefined] {
  const tooOld = entries.filter(({ timestamp }) => timestamp < now - OLDEST_MS).length
  const expired = entries.filter(({ timestamp }) => timestamp < keptSince(group, now)).length
  const fresh = entries.findIndex(({ timestamp }) => timestamp > now + NEWEST_MS)
  if (tooOld === 0 && expired === 0 && fresh < 0) return [[...entries], undefined]
  const info = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    ...(fresh >= 0 && { tooNewLogEventStartIndex: fresh }),
  }
  return [entries.slice(Math.max(tooOld, expired), fresh < 0 ? undefined : fresh), info]
}

const badToken = () => invalidParameter('The specified nextToken is invalid.')

/** GetLogEvents leaves out what is "equal to or later than" the end, FilterLogEvents what is "later than" it (API reference). */
const within = ({ timestamp }: LogEvent, from: number, to: number): boolean => timestamp >= from && timestamp < to

const limitOf = (limit: number | undefined): number => {
  if (limit !== undefined && limit < 1) throw constraint(limit, 'limit', 'have value greater than or equal to 1')
  if (limit !== undefined && limit > MAX_EVENTS)
    throw constraint(limit, 'limit', `have value less than or equal to ${MAX_EVENTS}`)
  return limit ?? MAX_EVENTS
}

function filterEvents(parts: LogsParts, input: FilterLogEventsCommandInput): FilterLogEventsCommandOutput['events'] {
  const group = requireGroup(parts, input)
  const { logStreamNames, logStreamNamePrefix, startTime = 0, endTime = Number.POSITIVE_INFINITY } = input
  if (logStreamNames && logStreamNamePrefix !== undefined)
    throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.')
  const pattern = compilePattern(input.filterPattern ?? '')
  for (const name of logStreamNames ?? []) requireStream(group, name)
  const since = Math.max(startTime, keptSince(group, parts.context.kernel.clock.now()))
  return [...group.streams.values()]
    .filter(({ name }) => (logStreamNames ? logStreamNames.includes(name) : name.startsWith(logStreamNamePrefix ?? '')))
    .flatMap((stream) =>
      stream
        .since(since)
        .filter((event) => event.timestamp <= endTime && pattern.matches(event.message))
        .map(({ id, timestamp, message, ingestedAt }) => ({
          eventId: id,
          logStreamName: stream.name,
          timestamp,
          message,
          ingestionTime: ingestedAt,
        })),
    )
    .sort((a, b) => (a.eventId < b.eventId ? -1 : 1))
}

function getEvents(parts: LogsParts, input: GetLogEventsCommandInput) {
  const group = requireGroup(parts, input)
  const stream = requireStream(group, input.logStreamName)
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken, startFromHead = false } = input
  const since = Math.max(startTime, keptSince(group, parts.context.kernel.clock.now()))
  const all = stream.since(since).filter((event) => within(event, since, endTime))
  const limit = limitOf(input.limit)
  const [, direction, id = ''] = /^([fb])\/(\d{56})\/s$/.exec(nextToken ?? '') ?? []
  if (nextToken !== undefined && direction === undefined) throw badToken()
  const events =
    direction === 'f'
      ? all.filter((event) => event.id > id).slice(0, limit)
      : direction === 'b'
        ? all.filter((event) => event.id < id).slice(-limit)
        : startFromHead
          ? all.slice(0, limit)
          : all.slice(-limit)
  const first = events[0]?.id ?? id.padStart(56, '0')
  const last = events.at(-1)?.id ?? id.padStart(56, '0')
  return {
    events: events.map(({ timestamp, message, ingestedAt }) => ({ timestamp, message, ingestionTime: ingestedAt })),
    nextForwardToken: `f/${last}/s`,
    nextBackwardToken: `b/${first}/s`,
  }
}

export const eventActions = (parts: LogsParts): Record<string, Action> => ({
  PutLogEvents: action<PutLogEventsCommandInput, PutLogEventsCommandOutput>({
    accepts: ['logGroupName', 'logStreamName', 'logEvents'],
    // AWS has ignored the token since 2023.
    noEffect: ['sequenceToken'],
    access: onStream(parts, 'PutLogEvents'),
    run: (input) => {
      const entries = checkEntries(input.logEvents)
      const group = requireGroup(parts, input)
      const stream = requireStream(group, input.logStreamName)
      const [kept, rejectedLogEventsInfo] = accepted(entries, group, parts.context.kernel.clock.now())
      parts.logs.ingest(group, stream, kept)
      // Told, though it no longer says anything; AWS's has 56 digits.
      return { nextSequenceToken: stream.lastId ?? ''.padStart(56, '0'), rejectedLogEventsInfo }
    },
  }),

  GetLogEvents: action<GetLogEventsCommandInput, GetLogEventsCommandOutput>({
    accepts: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamName',
      'startTime',
      'endTime',
      'nextToken',
      'limit',
      'startFromHead',
    ],
    access: onStream(parts, 'GetLogEvents'),
    run: (input) => getEvents(parts, input),
  }),

  FilterLogEvents: action<FilterLogEventsCommandInput, FilterLogEventsCommandOutput>({
    accepts: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamNames',
      'logStreamNamePrefix',
      'startTime',
      'endTime',
      'filterPattern',
      'nextToken',
      'limit',
    ],
    // Events of all streams have been interleaved always, since 2019.
    noEffect: ['interleaved'],
    access: onGroup(parts, 'FilterLogEvents'),
    run: (input) => {
      const limit = limitOf(input.limit)
      const after = input.nextToken ?? ''
      if (input.nextToken !== undefined && !/^\d{56}$/.test(input.nextToken)) throw badToken()
      const rest = (filterEvents(parts, input) ?? []).filter(({ eventId = '' }) => eventId > after)
      const events = rest.slice(0, limit)
      return {
        events,
        searchedLogStreams: [],
        nextToken: rest.length > limit ? events.at(-1)?.eventId : undefined,
      }
    },
  }),
})
