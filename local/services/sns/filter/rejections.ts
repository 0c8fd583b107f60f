import type { FilterScope, MessageAttribute } from '../topic.ts'
import type { FilteredMessage } from './filtered-message.ts'

const ALL = 'NumberOfNotificationsFilteredOut'

/**
 * The metrics that count a message which a filter rejected.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 */
export function rejectionMetrics(
  scope: FilterScope,
  attributes: ReadonlyMap<string, MessageAttribute>,
  { body }: FilteredMessage,
): readonly string[] {
  if (scope === 'MessageBody')
    return [ALL, `${ALL}-MessageBody`, ...(body === undefined ? [`${ALL}-InvalidMessageBody`] : [])]
  return [
    ALL,
    `${ALL}-MessageAttributes`,
    ...(attributes.size === 0 ? [`${ALL}-NoMessageAttributes`] : []),
    ...([...attributes.values()].some(isMalformed) ? [`${ALL}-InvalidAttributes`] : []),
  ]
}

function isMalformed({ type, text = '' }: MessageAttribute): boolean {
  if (type !== 'String.Array') return false
  try {
    return !Array.isArray(JSON.parse(text))
  } catch {
    return true
  }
}
