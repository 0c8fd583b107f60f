import type {
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput,
  DeleteLogStreamCommandInput,
  DeleteLogStreamCommandOutput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
  LogStream as LogStreamShape,
} from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import { invalidParameter } from '../errors.ts'
import { keptSince } from '../model/group.ts'
import type { LogStream } from '../model/stream.ts'
import { checkName, type LogsParts, onGroup, onStream, requireGroup, requireStream } from '../parts.ts'

const STREAM_NAME = /^[^:*]+$/

function present(stream: LogStream, since: number): LogStreamShape {
  const events = stream.since(since)
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: events[0]?.timestamp,
    lastEventTimestamp: events.at(-1)?.timestamp,
    lastIngestionTime: stream.lastIngestedAt,
    arn: stream.arn,
    storedBytes: 0,
  }
}

/** Streams by name, or by their last event and then by name. */
const sortKeyOf = (stream: LogStream, byTime: boolean): string =>
  byTime ? `${String(stream.since(0).at(-1)?.timestamp ?? 0).padStart(16, '0')} ${stream.name}` : stream.name

export const streamActions = (parts: LogsParts): Record<string, Action> => ({
  CreateLogStream: action<CreateLogStreamCommandInput, CreateLogStreamCommandOutput>({
    accepts: ['logGroupName', 'logStreamName'],
    access: onStream(parts, 'CreateLogStream'),
    run: (input) => {
      const group = requireGroup(parts, input)
      const name = checkName('logStreamName', input.logStreamName, STREAM_NAME)
      if (group.streams.has(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists')
      parts.logs.createStream(group, name)
      return {}
    },
  }),

  DeleteLogStream: action<DeleteLogStreamCommandInput, DeleteLogStreamCommandOutput>({
    accepts: ['logGroupName', 'logStreamName'],
    access: onStream(parts, 'DeleteLogStream'),
    run: (input) => {
      const group = requireGroup(parts, input)
      group.streams.delete(requireStream(group, input.logStreamName).name)
      return {}
    },
  }),

  DescribeLogStreams: action<DescribeLogStreamsCommandInput, DescribeLogStreamsCommandOutput>({
    accepts: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamNamePrefix',
      'orderBy',
      'descending',
      'nextToken',
      'limit',
    ],
    access: onGroup(parts, 'DescribeLogStreams'),
    run: (input) => {
      const { logStreamNamePrefix: prefix, orderBy, descending = false, nextToken, limit = 50 } = input
      const byTime = orderBy === 'LastEventTime'
      if (byTime && prefix !== undefined)
        throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.')
      const group = requireGroup(parts, input)
      const since = keptSince(group, parts.context.kernel.clock.now())
      const all = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ''))
      const { elements, next } = pageOf(all, (stream) => sortKeyOf(stream, byTime), limit, nextToken, descending)
      return { logStreams: elements.map((stream) => present(stream, since)), nextToken: next }
    },
  }),
})
