import type { Rule, RuleTarget } from '../bus.ts'
import { type BusEvent, eventTime } from '../event.ts'
import { atPath } from './json-path.ts'
import { render } from './template.ts'

/** What a target gets of an event: the event, a constant, a part of it, or a text made from parts of it. */
export function inputOf(event: BusEvent, rule: Rule, target: RuleTarget): string {
  if (target.Input !== undefined) return target.Input
  if (target.InputPath !== undefined) {
    if (target.InputPath === '$') return event.json
    const value = atPath(JSON.parse(event.json), target.InputPath)
    return value === undefined ? '' : JSON.stringify(value)
  }
  if (target.InputTransformer) return transformed(event, rule, target.InputTransformer)
  return event.json
}

function transformed(event: BusEvent, rule: Rule, transformer: NonNullable<RuleTarget['InputTransformer']>): string {
  const parsed = JSON.parse(event.json) as Record<string, unknown>
  return render(transformer.InputTemplate ?? '', (name) => {
    const path = transformer.InputPathsMap?.[name]
    return path === undefined ? predefined(name, event, parsed, rule) : atPath(parsed, path)
  })
}

/** The variable that is the event with its detail. */
export const WHOLE_EVENT = 'aws.events.event.json'

export const PREDEFINED: readonly string[] = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  WHOLE_EVENT,
]

function predefined(name: string, event: BusEvent, parsed: Record<string, unknown>, rule: Rule): unknown {
  switch (name) {
    case 'aws.events.rule-arn':
      return rule.arn
    case 'aws.events.rule-name':
      return rule.name
    case 'aws.events.event.ingestion-time':
      return eventTime(event.ingested)
    case 'aws.events.event': {
      // Without the detail, and with the type under the name of the API's member, as AWS was recorded.
      const { detail: _detail, 'detail-type': detailType, ...rest } = parsed
      return { ...rest, detailType }
    }
    default:
      return parsed
  }
}
