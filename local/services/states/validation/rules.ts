import { NotSimulated } from '../../../errors.ts'
import { parseResource } from '../integrations/resource.ts'
import { optimized, sdkServices } from '../integrations/services.ts'
import { comparisonOperators, typeOperators } from '../language/choice/operators.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import { expressionOf } from '../language/jsonata/evaluate.ts'
import { parseTimestamp } from '../language/timestamp.ts'
import { validPath } from './expressions.ts'
import type { Validation } from './machine.ts'

type Rule = (state: JsonObject, at: string, validation: Validation) => void

/** Rules of one type of state. @throws NotSimulated for what the local cloud has not */
export const typeRules: Readonly<Record<string, Rule>> = {
  Task: validateTask,
  Choice: validateChoice,
  Wait: validateWait,
  Fail: validateFail,
  Parallel(state, at, { diagnostics }) {
    if (state.Branches !== undefined && !(Array.isArray(state.Branches) && state.Branches.length > 0))
      diagnostics.schema(`${at}/Branches`, 'Value must be an array of at least one branch')
  },
  Map: validateMap,
}

function validateTask(state: JsonObject, at: string, { diagnostics, type, integrations }: Validation): void {
  const { Resource } = state
  if (typeof Resource !== 'string') return
  const resource = parseResource(Resource)
  const where = `${at}/Resource`
  if (!resource) {
    diagnostics.schema(where, 'Value is not a valid resource ARN')
    return
  }
  if (resource.kind === 'activity' && type === 'EXPRESS')
    diagnostics.schema(where, 'Express state machine does not support Activity ARN')
  if (resource.kind !== 'integration') return
  const { service, action, sdk, pattern } = resource
  if (sdk && !sdkServices[service])
    throw new NotSimulated(`SDK integrations of ${service}`, `Services it has: ${Object.keys(sdkServices).join(', ')}.`)
  const integration = optimized[service]
  if (!sdk && !integration?.actions[action])
    throw new NotSimulated(`the integration ${service}:${action}`, `Integrations it has: ${known()}, and aws-sdk:*.`)
  const patterns = sdk ? ['requestResponse', 'waitForTaskToken'] : (integration?.patterns ?? [])
  if (!patterns.includes(pattern)) diagnostics.schema(where, 'Value is not a valid resource ARN')
  if (type === 'EXPRESS' && pattern !== 'requestResponse') diagnostics.schema(where, notInExpress[pattern])
  const field = state.Arguments === undefined ? 'Parameters' : 'Arguments'
  integrations.push({ at, service, action, sdk, field, parameters: state[field] ?? {} })
  if (pattern === 'waitForTaskToken' && !mentionsToken(state))
    diagnostics.schema(
      at,
      "The task token must be passed in the parameters of a '.waitForTaskToken' service integration",
    )
}

/** Recorded, the space at the end too. */
const notInExpress = {
  waitForTaskToken: "Express state machine does not support '.waitForTaskToken' service integration ",
  sync: "Express state machine does not support '.sync' service integration",
  'sync:2': "Express state machine does not support '.sync' service integration",
}

const known = (): string =>
  Object.entries(optimized)
    .flatMap(([service, { actions }]) => Object.keys(actions).map((action) => `${service}:${action}`))
    .join(', ')

const mentionsToken = (state: JsonObject): boolean =>
  /Task\.Token|"\$"|\$\$|states\.context|\$states/.test(JSON.stringify(state.Parameters ?? state.Arguments ?? '$$'))

function validateChoice(state: JsonObject, at: string, validation: Validation): void {
  const { diagnostics } = validation
  const { Choices } = state
  if (Choices === undefined) return
  if (!Array.isArray(Choices) || Choices.length === 0) {
    diagnostics.schema(`${at}/Choices`, 'Value must be an array of at least one choice rule')
    return
  }
  for (const [index, rule] of Choices.entries()) {
    const where = `${at}/Choices[${index}]`
    if (!isObject(rule)) diagnostics.schema(where, 'Value must be an object')
    else {
      if (rule.Next === undefined) diagnostics.schema(where, 'These fields are required: [Next]')
      validateRule(rule, where, validation)
    }
  }
}

function validateRule(rule: JsonObject, at: string, validation: Validation): void {
  const { diagnostics, language } = validation
  if (language === 'JSONata') {
    if (rule.Condition === undefined) diagnostics.schema(at, 'These fields are required: [Condition]')
    else if (
      typeof rule.Condition !== 'boolean' &&
      !(typeof rule.Condition === 'string' && expressionOf(rule.Condition) !== undefined)
    )
      diagnostics.schema(`${at}/Condition`, 'Value must be a boolean or a JSONata expression')
    return
  }
  for (const field of ['And', 'Or']) {
    const rules = rule[field]
    if (Array.isArray(rules))
      for (const [index, inner] of rules.entries())
        validateRule(inner as JsonObject, `${at}/${field}[${index}]`, validation)
  }
  if (isObject(rule.Not ?? null)) validateRule(rule.Not as JsonObject, `${at}/Not`, validation)
  if (rule.And !== undefined || rule.Or !== undefined || rule.Not !== undefined) return
  if (rule.Variable === undefined) {
    diagnostics.schema(at, 'These fields are required: [Variable]')
    return
  }
  if (!validPath(rule.Variable)) diagnostics.schema(`${at}/Variable`, 'Value is not a valid JSONPath')
  if (Object.keys(rule).filter(isOperator).length !== 1)
    diagnostics.schema(at, 'Exactly one comparison operator is required')
}

const isOperator = (field: string): boolean =>
  field === 'IsPresent' ||
  field === 'StringMatches' ||
  Object.hasOwn(typeOperators, field) ||
  Object.hasOwn(comparisonOperators, field) ||
  (field.endsWith('Path') && Object.hasOwn(comparisonOperators, field.slice(0, -4)))

function validateWait(state: JsonObject, at: string, { diagnostics, language }: Validation): void {
  const given = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter((field) => state[field] !== undefined)
  if (given.length !== 1)
    diagnostics.schema(
      at,
      "Exactly one of these fields is required: ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath']",
    )
  const { Seconds, Timestamp } = state
  const expressions = language === 'JSONata'
  const number = typeof Seconds === 'number' && Number.isInteger(Seconds) && Seconds >= 0 && Seconds <= 99_999_999
  if (Seconds !== undefined && !number && !(expressions && isExpression(Seconds)))
    diagnostics.schema(`${at}/Seconds`, 'Value must be an integer between 0 and 99999999')
  const instant = typeof Timestamp === 'string' && parseTimestamp(Timestamp) !== undefined
  if (Timestamp !== undefined && !instant && !(expressions && isExpression(Timestamp)))
    diagnostics.schema(`${at}/Timestamp`, 'String does not match RFC3339 timestamp')
}

const isExpression = (value: Json): boolean => typeof value === 'string' && expressionOf(value) !== undefined

function validateFail(state: JsonObject, at: string, { diagnostics }: Validation): void {
  for (const field of ['Error', 'Cause']) {
    const path = state[`${field}Path`]
    if (path === undefined) continue
    if (state[field] !== undefined)
      diagnostics.schema(at, `Only one of these fields is allowed: ['${field}', '${field}Path']`)
    if (!validPath(path)) diagnostics.schema(`${at}/${field}Path`, 'Value is not a valid JSONPath')
  }
}

function validateMap(state: JsonObject, at: string, { diagnostics, type }: Validation): void {
  for (const [field, wayOut] of Object.entries(refusedOfMap))
    if (state[field] !== undefined) throw new NotSimulated(`${field} of Map states (${at}): it works on S3`, wayOut)
  if (state.ItemProcessor === undefined && state.Iterator === undefined) {
    diagnostics.schema(at, 'These fields are required: [ItemProcessor]')
    return
  }
  const processor = state.ItemProcessor ?? state.Iterator
  const config = isObject(processor ?? null) ? (processor as JsonObject).ProcessorConfig : undefined
  if (!isObject(config ?? null)) return
  const { Mode, ExecutionType } = config as JsonObject
  if (Mode === 'DISTRIBUTED' && ExecutionType === undefined)
    diagnostics.schema(`${at}/ItemProcessor/ProcessorConfig`, 'These fields are required: [ExecutionType]')
  if (Mode === 'DISTRIBUTED' && type === 'EXPRESS')
    diagnostics.schema(
      `${at}/ItemProcessor/ProcessorConfig/Mode`,
      'Express state machine does not support DISTRIBUTED mode Map states',
    )
}

const refusedOfMap = {
  ItemReader: "Take the items from the state's input (ItemsPath or Items).",
  ResultWriter: "Take the results from the state's output.",
}
