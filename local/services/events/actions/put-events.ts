import type {
  PutEventsCommandInput,
  PutEventsCommandOutput,
  PutEventsRequestEntry,
  PutEventsResultEntry,
  TestEventPatternCommandInput,
  TestEventPatternCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { NotSimulated } from '../../../errors.ts'
import { type AccessCheck, type Action, action, type Call, type CloudContext } from '../../../service.ts'
import { unchained } from '../../lambda/invoke/lineage.ts'
import { invalid, required, satisfies } from '../constraints.ts'
import type { Router } from '../delivery/router.ts'
import { createEvent } from '../event.ts'
import type { EventBuses } from '../model.ts'
import { fieldsOfText, MAX_NESTING, nestingOf, PatternError } from '../pattern/index.ts'
import { compilePattern } from '../rule-pattern.ts'

/** Loops over EventBridge are not detected: its events begin a chain of their own. */
function traceOf({ headers }: Call): string | undefined {
  const trace = headers['x-amzn-trace-id']
  return trace === undefined ? undefined : unchained(trace)
}

/** Of a request; an event has grown to 1 MiB on 2026-01-29 (AWS Compute Blog). */
const REQUEST_BYTES = 1_048_576
const ENTRIES = 10

export const eventActions = (
  context: CloudContext,
  { buses, router }: { buses: EventBuses; router: Router },
): Record<string, Action> => ({
  PutEvents: action<PutEventsCommandInput, PutEventsCommandOutput>({
    accepts: ['Entries'],
    access: ({ Entries = [] }) => distinct(Entries.map((entry) => putCheck(buses, entry))),
    run: ({ Entries }, call) => {
      satisfies(required('entries', Entries))
      const entries = Entries ?? []
      validateRequest(entries)
      const results = entries.map((entry) => accept(context, buses, router, entry, call))
      return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results }
    },
  }),
  TestEventPattern: action<TestEventPatternCommandInput, TestEventPatternCommandOutput>({
    accepts: ['EventPattern', 'Event'],
    access: () => [{ action: 'events:TestEventPattern', resource: '*' }],
    run: ({ EventPattern, Event }) => {
      satisfies(required('eventPattern', EventPattern), required('event', Event))
      const fields = eventFields(Event ?? '')
      return { Result: compilePattern(EventPattern ?? '').matches(fields) }
    },
  }),
})

const putCheck = (buses: EventBuses, { EventBusName, Source, DetailType }: PutEventsRequestEntry): AccessCheck => ({
  action: 'events:PutEvents',
  resource: buses.busArn(EventBusName),
  context: { 'events:source': Source ?? '', 'events:detail-type': DetailType ?? '' },
})

const distinct = (checks: readonly AccessCheck[]): AccessCheck[] => [
  ...new Map(checks.map((check) => [JSON.stringify(check), check])).values(),
]

/** @throws AwsError ValidationException for the request as a whole */
function validateRequest(entries: readonly PutEventsRequestEntry[]): void {
  if (entries.length === 0 || entries.length > ENTRIES) {
    const rule = entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${ENTRIES}`
    throw invalid(
      `1 validation error detected: Value '[${entries.map(shown).join(', ')}]' at 'entries' failed to satisfy constraint: Member must have length ${rule}`,
    )
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > REQUEST_BYTES)
    throw invalid('Total size of the entries in the request is over the limit.')
}

const shown = (entry: PutEventsRequestEntry): string =>
  `PutEventsRequestEntry(time=${entry.Time?.toISOString() ?? null}, source=${entry.Source ?? null}, resources=${entry.Resources ? `[${entry.Resources.join(', ')}]` : null}, detailType=${entry.DetailType ?? null}, detail=${entry.Detail ?? null}, eventBusName=${entry.EventBusName ?? null}, traceHeader=${entry.TraceHeader ?? null}, kmsKeyIdentifier=null, internalMetadata=null)`

/** As the user guide counts a PutEvents entry. */
const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number =>
  (Time ? 14 : 0) + [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0)

/** An event for a bus that does not exist is taken and dropped, as AWS was recorded to do. */
function accept(
  context: CloudContext,
  buses: EventBuses,
  router: Router,
  entry: PutEventsRequestEntry,
  call: Call,
): PutEventsResultEntry {
  const wrong = refusal(entry, ownWord(call))
  if (wrong) return wrong
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time, TraceHeader, EventBusName } = entry
  if (EventBusName?.endsWith('.veo'))
    throw new NotSimulated('global endpoints', 'Put events on a bus by its name or ARN.')
  const { account, region } = context
  const event = createEvent(
    context.kernel,
    { source: Source, detailType: DetailType, detail: Detail, resources: Resources, account, region },
    { time: Time?.getTime(), cause: call.entry, traceHeader: TraceHeader ?? traceOf(call) },
  )
  const bus = buses.find(EventBusName)
  if (bus) router.accept(bus, event)
  return { EventId: event.id }
}

/** Only what the cloud itself says may come from AWS's services: a client's own request never does. */
const ownWord = ({ caller, protocol }: Call): boolean => caller.kind === 'administrator' && protocol === 'internal'

function refusal(
  { Source, DetailType, Detail }: PutEventsRequestEntry,
  ownWord: boolean,
): PutEventsResultEntry | undefined {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (!value)
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      }
  if (Source?.startsWith('aws.') && !ownWord)
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  if (!isJsonObject(Detail ?? '')) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  return undefined
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    // It will be a level deeper in the event.
    return typeof value === 'object' && value !== null && !Array.isArray(value) && nestingOf(text) < MAX_NESTING
  } catch {
    return false
  }
}

/** Members that an event must have to be one. */
const EVENT_MEMBERS = ['id', 'account', 'source', 'time', 'region', 'detail-type']

function eventFields(event: string) {
  try {
    const fields = fieldsOfText(event)
    const parsed = JSON.parse(event) as Record<string, unknown>
    if (EVENT_MEMBERS.every((member) => Object.hasOwn(parsed, member))) return fields
  } catch (error) {
    if (!(error instanceof PatternError) && !(error instanceof SyntaxError)) throw error
  }
  throw invalid('Parameter Event is not valid.')
}
