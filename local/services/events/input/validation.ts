import type { Target } from '@aws-sdk/client-eventbridge'
import { invalid } from '../constraints.ts'
import { isJsonPath } from './json-path.ts'
import { logEventOf } from './log-event.ts'
import { PREDEFINED, WHOLE_EVENT } from './target-input.ts'
import { placeholdersOf, render } from './template.ts'

/** @throws AwsError ValidationException for the first thing that is wrong with what a target shall get */
export function validateInput(target: Target): void {
  const given = [target.Input, target.InputPath, target.InputTransformer].filter((one) => one !== undefined)
  if (given.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`)
  if (target.Input !== undefined && !isJson(target.Input))
    throw invalid(`JSON syntax error in input for target ${target.Id}.`)
  if (target.InputPath !== undefined) checkPath(target, target.InputPath)
  if (target.InputTransformer) validateTransformer(target, target.InputTransformer)
}

function checkPath(target: Target, path: string): void {
  if (!isJsonPath(path)) throw invalid(`InputPath for target ${target.Id} is invalid.`)
}

function validateTransformer(target: Target, transformer: NonNullable<Target['InputTransformer']>): void {
  const { InputPathsMap: paths = {}, InputTemplate: template = '' } = transformer
  for (const path of Object.values(paths)) checkPath(target, path)
  for (const name of placeholdersOf(template)) {
    if (!Object.hasOwn(paths, name) && !PREDEFINED.includes(name))
      throw invalid(`InputTemplate for target ${target.Id} contains invalid placeholder ${name}.`)
    // Measured in September 2026: only a template that is an object takes the event whole.
    if (name === WHOLE_EVENT && !template.trimStart().startsWith('{'))
      throw invalid(`InputTemplate for target ${target.Id} contains placeholder ${name} valid only for JSON template.`)
  }
  if (target.Arn?.split(':')[2] === 'logs') checkLogTemplate(target, template)
}

/** A log group takes the time and the text of its event, nothing else (PutTargets, API reference). */
function checkLogTemplate(target: Target, template: string): void {
  const form = '{"timestamp": <timestamp>, "message": <message>}'
  if (!logEventOf(render(template, () => '')))
    throw invalid(`InputTemplate for target ${target.Id} must have the form ${form}.`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
