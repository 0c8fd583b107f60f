import type { QueryLanguage } from '../language/definition.ts'

/** Fields that a type of state may have, by the language it is written in. */
interface Fields {
  readonly both: readonly string[]
  readonly JSONPath: readonly string[]
  readonly JSONata: readonly string[]
  readonly required: readonly string[]
}

const always = ['Type', 'Comment', 'QueryLanguage']
const moves = ['Next', 'End']
const paths = ['InputPath', 'OutputPath']
const recovery = ['Retry', 'Catch']

const fields: Readonly<Record<string, Fields>> = {
  Pass: {
    both: [...moves, 'Assign'],
    JSONPath: [...paths, 'Result', 'ResultPath', 'Parameters'],
    JSONata: ['Output'],
    required: [],
  },
  Task: {
    both: [...moves, ...recovery, 'Assign', 'Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'],
    JSONPath: [...paths, 'ResultPath', 'Parameters', 'ResultSelector', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
    JSONata: ['Arguments', 'Output'],
    required: ['Resource'],
  },
  Choice: { both: ['Choices', 'Default', 'Assign'], JSONPath: paths, JSONata: ['Output'], required: ['Choices'] },
  Wait: {
    both: [...moves, 'Assign', 'Seconds', 'Timestamp'],
    JSONPath: [...paths, 'SecondsPath', 'TimestampPath'],
    JSONata: ['Output'],
    required: [],
  },
  Succeed: { both: [], JSONPath: paths, JSONata: ['Output'], required: [] },
  Fail: { both: ['Error', 'Cause'], JSONPath: ['ErrorPath', 'CausePath'], JSONata: [], required: [] },
  Parallel: {
    both: [...moves, ...recovery, 'Assign', 'Branches'],
    JSONPath: [...paths, 'ResultPath', 'Parameters', 'ResultSelector'],
    JSONata: ['Arguments', 'Output'],
    required: ['Branches'],
  },
  Map: {
    both: [
      ...[...moves, ...recovery, 'Assign', 'ItemProcessor', 'Iterator', 'ItemSelector', 'ItemBatcher', 'Label'],
      ...['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage', 'ItemReader', 'ResultWriter'],
    ],
    JSONPath: [
      ...[...paths, 'ResultPath', 'Parameters', 'ResultSelector', 'ItemsPath', 'MaxConcurrencyPath'],
      ...['ToleratedFailureCountPath', 'ToleratedFailurePercentagePath'],
    ],
    JSONata: ['Items', 'Output'],
    required: [],
  },
}

export const stateTypes = Object.keys(fields)

export const requiredOf = (type: string): readonly string[] => fields[type]?.required ?? []

/** Whether a field is known to the type, and to the language. */
export function fieldStanding(
  type: string,
  language: QueryLanguage,
  field: string,
): 'fine' | 'unknown' | 'other language' {
  const known = fields[type]
  if (!known || always.includes(field) || known.both.includes(field) || known[language].includes(field)) return 'fine'
  return known[language === 'JSONata' ? 'JSONPath' : 'JSONata'].includes(field) ? 'other language' : 'unknown'
}

/** Fields whose value is a path. */
export const pathFields = [
  ...['InputPath', 'OutputPath', 'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
  ...['MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath', 'ErrorPath', 'CausePath'],
]

/** Fields whose path names one place. */
export const referenceFields: readonly string[] = ['ResultPath', 'ItemsPath']

/** Fields of which a state has at most one. */
export const exclusiveFields: readonly (readonly string[])[] = [
  ...['TimeoutSeconds', 'HeartbeatSeconds', 'MaxConcurrency', 'ToleratedFailurePercentage', 'ToleratedFailureCount'],
  ...['Error', 'Cause'],
].map((field) => [field, `${field}Path`])

/** Fields whose value is a template. */
export const templateFields = ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign']
