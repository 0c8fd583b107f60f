import type { Target } from '@aws-sdk/client-eventbridge'
import { invalid } from '../constraints.ts'
import { isJsonPath } from './json-path.ts'
import { PREDEFINED } from './target-input.ts'
import { placeholdersOf } from './template.ts'

/** @throws AwsError ValidationException for the first thing that is wrong with what a target shall get */
export function validateInput(target: Target): void {
  const given = [target.Input, target.InputPath, target.InputTransformer].filter((one) => one !== undefined)
  if (given.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`)
  if (target.Input !== undefined && !isJson(target.Input))
    throw invalid(`JSON syntax error in input for target ${target.Id}.`)
  if (target.InputPath !== undefined && !isJsonPath(target.InputPath))
    throw invalid(`Invalid InputPath for target ${target.Id}.`)
  if (target.InputTransformer) validateTransformer(target, target.InputTransformer)
}

function validateTransformer(target: Target, transformer: NonNullable<Target['InputTransformer']>): void {
  const { InputPathsMap: paths = {}, InputTemplate: template } = transformer
  for (const [name, path] of Object.entries(paths)) {
    if (name.toLowerCase().startsWith('aws.'))
      throw invalid(`InputPathsMap for target ${target.Id} contains the reserved key ${name}.`)
    if (!isJsonPath(path)) throw invalid(`InputPathsMap for target ${target.Id} contains the invalid path ${path}.`)
  }
  if (!template) throw invalid(`InputTemplate for target ${target.Id} is required.`)
  for (const name of placeholdersOf(template))
    if (!Object.hasOwn(paths, name) && !PREDEFINED.includes(name))
      throw invalid(`InputTemplate for target ${target.Id} contains invalid placeholder ${name}.`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
