import type {
  CancelReplayCommandInput,
  CancelReplayCommandOutput,
  DescribeReplayCommandInput,
  DescribeReplayCommandOutput,
  ListReplaysCommandInput,
  ListReplaysCommandOutput,
  StartReplayCommandInput,
  StartReplayCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { type Action, action } from '../../../service.ts'
import type { Archive } from '../archives.ts'
import { atMost, eventSource, invalid, named, oneOf, required, satisfies, text } from '../constraints.ts'
import type { Router } from '../delivery/router.ts'
import type { EventsState } from '../model.ts'
import { page } from '../pages.ts'
import type { Replay } from '../replays.ts'

const REPLAY_STATES = ['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED']

export const replayActions = (state: EventsState, router: Router): Record<string, Action> => {
  const { replays } = state
  const access = (name: string) => (input: { ReplayName?: string | undefined }) => [
    { action: `events:${name}`, resource: replays.arn(input.ReplayName) },
  ]
  return {
    StartReplay: action<StartReplayCommandInput, StartReplayCommandOutput>({
      accepts: ['ReplayName', 'Description', 'EventSourceArn', 'EventStartTime', 'EventEndTime', 'Destination'],
      access: (input) => [
        ...access('StartReplay')(input),
        { action: 'events:StartReplay', resource: input.EventSourceArn ?? '*' },
      ],
      run: (input) => {
        const replay = startReplay(state, router, input)
        return { ReplayArn: replay.arn, State: replay.state, ReplayStartTime: replay.started }
      },
    }),
    CancelReplay: action<CancelReplayCommandInput, CancelReplayCommandOutput>({
      accepts: ['ReplayName'],
      access: access('CancelReplay'),
      run: ({ ReplayName }) => {
        satisfies(...named('replayName', ReplayName))
        const replay = replays.cancel(ReplayName ?? '')
        return { ReplayArn: replay.arn, State: replay.state }
      },
    }),
    DescribeReplay: action<DescribeReplayCommandInput, DescribeReplayCommandOutput>({
      accepts: ['ReplayName'],
      access: access('DescribeReplay'),
      run: ({ ReplayName }) => {
        satisfies(...named('replayName', ReplayName))
        const replay = replays.get(ReplayName ?? '')
        return {
          ...listed(replay),
          ReplayArn: replay.arn,
          Destination: replay.destination,
          ...(replay.description === undefined ? {} : { Description: replay.description }),
        }
      },
    }),
    ListReplays: action<ListReplaysCommandInput, ListReplaysCommandOutput>({
      accepts: ['NamePrefix', 'State', 'EventSourceArn', 'NextToken', 'Limit'],
      access: () => [{ action: 'events:ListReplays', resource: '*' }],
      run: (input) => {
        const { NamePrefix = '', State, EventSourceArn } = input
        satisfies(
          ...text('namePrefix', input.NamePrefix, { most: 64, pattern: '[\\.\\-_A-Za-z0-9]+' }),
          oneOf('state', State, REPLAY_STATES),
          ...eventSource(EventSourceArn),
        )
        const all = replays
          .all()
          .filter(({ name }) => name.startsWith(NamePrefix))
          .filter((replay) => State === undefined || replay.state === State)
          .filter(({ archiveArn }) => EventSourceArn === undefined || archiveArn === EventSourceArn)
        const { items, ...rest } = page(all, input)
        return { Replays: items.map(listed), ...rest }
      },
    }),
  }
}

function startReplay(state: EventsState, router: Router, input: StartReplayCommandInput): Replay {
  const { Destination, EventSourceArn = '', EventStartTime, EventEndTime } = input
  satisfies(
    ...named('replayName', input.ReplayName),
    atMost('description', input.Description, 512),
    required('eventSourceArn', input.EventSourceArn),
    ...eventSource(input.EventSourceArn),
    required('eventStartTime', EventStartTime),
    required('eventEndTime', EventEndTime),
    required('destination', Destination),
  )
  const bus = state.buses.get(Destination?.Arn)
  const archive = archiveOf(state, EventSourceArn)
  if (archive.busArn !== bus.arn)
    throw invalid('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.')
  const [from, to] = [EventStartTime as Date, EventEndTime as Date]
  if (from >= to)
    throw invalid('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.')
  const chosen = Destination?.FilterArns ?? []
  const destination = { ...Destination, Arn: bus.arn }
  return state.replays.start(
    { name: input.ReplayName ?? '', description: input.Description, destination, from, to },
    archive,
    (event) => router.route(bus, event, (rule) => chosen.length === 0 || chosen.includes(rule.arn)),
  )
}

function archiveOf({ archives }: EventsState, arn: string): Archive {
  const name = arn.split(':archive/')[1] ?? arn
  const archive = archives.all().find((one) => one.name === name)
  if (!archive) throw invalid(`Parameter EventSourceArn is not valid. Reason: Archive ${name} does not exist.`)
  return archive
}

const listed = (replay: Replay) => ({
  ReplayName: replay.name,
  EventSourceArn: replay.archiveArn,
  State: replay.state,
  EventStartTime: replay.from,
  EventEndTime: replay.to,
  ReplayStartTime: replay.started,
  ...(replay.lastReplayed ? { EventLastReplayedTime: replay.lastReplayed } : {}),
  ...(replay.ended ? { ReplayEndTime: replay.ended } : {}),
})
