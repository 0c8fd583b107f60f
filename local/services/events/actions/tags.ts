import type { Action } from '../../../service.ts'
import { taggingActions } from '../../tags.ts'
import { busNotFound, ruleNotFound } from '../errors.ts'
import type { EventsState } from '../model.ts'

export function tagActions({ buses }: EventsState): Record<string, Action> {
  /** @throws AwsError ResourceNotFoundException */
  const tagsOf = (arn: string): Map<string, string> => {
    const tags = arn.includes(':rule/') ? buses.ruleByArn(arn)?.tags : buses.find(arn)?.tags
    if (tags) return tags
    if (!arn.includes(':rule/')) throw busNotFound(buses.nameOf(arn))
    const path = arn.split(':rule/')[1]?.split('/') ?? []
    throw ruleNotFound(path.at(-1) ?? '', path.length === 2 ? (path[0] ?? '') : 'default')
  }
  return taggingActions({ prefix: 'events', member: 'ResourceARN', tagsOf })
}
