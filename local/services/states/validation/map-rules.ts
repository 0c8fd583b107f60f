import { NotSimulated } from '../../../errors.ts'
import { isObject, type JsonObject } from '../language/json.ts'
import type { Validation } from './machine.ts'

const LONGEST_LABEL = 40

const refused = {
  ItemReader: "Take the items from the state's input (ItemsPath or Items).",
  ResultWriter: "Take the results from the state's output.",
}

/** @throws NotSimulated for what works on S3 */
export function validateMap(state: JsonObject, at: string, validation: Validation): void {
  const { diagnostics } = validation
  for (const [field, wayOut] of Object.entries(refused))
    if (state[field] !== undefined) throw new NotSimulated(`${field} of Map states (${at}): it works on S3`, wayOut)
  diagnostics.exactlyOne(state, ['ItemProcessor', 'Iterator'], at)
  validateLabel(state, at, validation)
  for (const field of ['ItemProcessor', 'Iterator']) {
    const processor = state[field]
    if (isObject(processor ?? null))
      validateConfig(processor as JsonObject, `${at}/${field}/ProcessorConfig`, validation)
  }
}

function validateLabel({ Label }: JsonObject, at: string, { diagnostics, labels }: Validation): void {
  if (typeof Label !== 'string') return
  if (Label.length > LONGEST_LABEL)
    diagnostics.add(
      'INVALID_LABEL_NAME',
      `${at}/Label`,
      `Invalid Label name: '${Label}' exceeds the ${LONGEST_LABEL}-character limit allowed by the service`,
    )
  if (labels.has(Label)) diagnostics.add('DUPLICATE_LABEL_NAME', `${at}/Label`, `Duplicate Label name: ${Label}`)
  labels.add(Label)
}

function validateConfig({ ProcessorConfig: config }: JsonObject, at: string, { diagnostics, type }: Validation): void {
  if (!isObject(config ?? null)) return
  const { Mode, ExecutionType } = config as JsonObject
  diagnostics.oneOf(config as JsonObject, 'Mode', ['INLINE', 'DISTRIBUTED'], at)
  if (Mode !== 'DISTRIBUTED') {
    if (ExecutionType !== undefined) diagnostics.schema(at, "Field 'ExecutionType' is not supported")
    return
  }
  if (ExecutionType === undefined) diagnostics.schema(at, 'These fields are required: [ExecutionType]')
  diagnostics.oneOf(config as JsonObject, 'ExecutionType', ['STANDARD', 'EXPRESS'], at)
  if (type === 'EXPRESS')
    diagnostics.schema(
      `${at}/Mode`,
      "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
    )
}
