import type { Json, JsonObject } from '../language/json.ts'
import { expressionOf } from '../language/jsonata/evaluate.ts'
import { parseTimestamp } from '../language/timestamp.ts'
import { validateChoice } from './choice-rules.ts'
import type { Validation } from './machine.ts'
import { validateMap } from './map-rules.ts'
import { validateTask } from './task-rules.ts'

type Rule = (state: JsonObject, at: string, validation: Validation) => void

/** Rules of one type of state. @throws NotSimulated for what the local cloud has not */
export const typeRules: Readonly<Record<string, Rule>> = {
  Task: validateTask,
  Choice: validateChoice,
  Wait: validateWait,
  Parallel(state, at, { diagnostics }) {
    const { Branches } = state
    if (Branches === undefined) return
    if (!Array.isArray(Branches)) diagnostics.schema(`${at}/Branches`, 'Expected value of type [ARRAY]')
    else if (Branches.length === 0) diagnostics.schema(`${at}/Branches`, 'Value cannot be empty')
  },
  Map: validateMap,
}

function validateWait(state: JsonObject, at: string, { diagnostics, language }: Validation): void {
  diagnostics.exactlyOne(state, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'], at)
  const { Timestamp } = state
  const instant = typeof Timestamp === 'string' && parseTimestamp(Timestamp) !== undefined
  if (Timestamp !== undefined && !instant && !(language === 'JSONata' && isExpression(Timestamp)))
    diagnostics.schema(`${at}/Timestamp`, 'String does not match RFC3339 timestamp')
}

const isExpression = (value: Json): boolean => typeof value === 'string' && expressionOf(value) !== undefined
