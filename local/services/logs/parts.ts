import { AwsError } from '../../errors.ts'
import type { AccessCheck, CloudContext } from '../../service.ts'
import { constraint, groupNotFound, invalidParameter, nameTooLong, streamNotFound } from './errors.ts'
import type { LogGroup } from './model/group.ts'
import type { Logs } from './model/logs.ts'
import type { LogStream } from './model/stream.ts'

/** What the actions share. */
export interface LogsParts {
  readonly context: CloudContext
  readonly logs: Logs
}

interface GroupInput {
  readonly logGroupName?: string | undefined
  readonly logGroupIdentifier?: string | undefined
}

/** Of a group's two ARNs, the one for policies ends in `:*` and identifies no group. */
const IDENTIFIER = /^[\w#+=/:,.@-]*$/

/** A group is named, or identified by name or ARN. */
export function groupNameOf({ logGroupName, logGroupIdentifier }: GroupInput): string {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw new AwsError('ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.')
  const name = logGroupName ?? logGroupIdentifier
  if (name === undefined) throw invalidParameter('One of logGroupName and logGroupIdentifier is required.')
  if (logGroupIdentifier !== undefined && !IDENTIFIER.test(logGroupIdentifier))
    throw invalidParameter(
      "1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*",
    )
  return name.startsWith('arn:') ? (name.split(':log-group:')[1] ?? '') : name
}

export const LONGEST_NAME = 512
export const LONGEST_PATTERN = 1024
/** Names of metric filters and of subscription filters. */
export const FILTER_NAME = /^[^:*]+$/

/** @throws InvalidParameterException where the name of a group or stream breaks AWS's rule */
export function checkName(member: string, name: string | undefined, pattern: RegExp): string {
  if (name !== undefined && name.length > LONGEST_NAME) throw nameTooLong()
  if (name !== undefined && pattern.test(name)) return name
  if (name === '') throw constraint(name, member, 'have length greater than or equal to 1')
  throw constraint(name, member, `satisfy regular expression pattern: ${told(pattern)}`)
}

/** AWS tells its patterns without anchors, and those of streams and filters with a star, as users' logs show. */
const told = ({ source }: RegExp): string =>
  source === FILTER_NAME.source ? '[^:*]*' : source.replace(/^\^|\$$/g, '').replace('.\\-', '\\.\\-')

/** @throws ResourceNotFoundException */
export function requireGroup({ logs }: LogsParts, input: GroupInput): LogGroup {
  if (input.logGroupName !== undefined && input.logGroupName.length > LONGEST_NAME) throw nameTooLong()
  const group = logs.get(groupNameOf(input))
  if (!group) throw groupNotFound()
  return group
}

/** @throws ResourceNotFoundException */
export function requireStream(group: LogGroup, name: string | undefined): LogStream {
  const stream = group.streams.get(name ?? '')
  if (!stream) throw streamNotFound()
  return stream
}

/** Asks for one permission on the group of the input. */
export const onGroup =
  ({ logs }: LogsParts, action: string) =>
  (input: GroupInput): readonly AccessCheck[] => [
    { action: `logs:${action}`, resource: `${logs.arnOf(groupNameOf(input))}:*` },
  ]

/** Asks for one permission on the stream of the input. */
export const onStream =
  ({ logs }: LogsParts, action: string) =>
  (input: GroupInput & { readonly logStreamName?: string | undefined }): readonly AccessCheck[] => [
    { action: `logs:${action}`, resource: `${logs.arnOf(groupNameOf(input))}:log-stream:${input.logStreamName}` },
  ]
