import type { Dimension } from '@aws-sdk/client-cloudwatch'
import { invalidParameter } from './errors.ts'
import type { Dimensions } from './model/metric.ts'

const MAX_DIMENSIONS = 30

/** @throws InvalidParameterValueException where a dimension is incomplete, or there are more than 30 */
export function dimensionsOf(list: readonly Dimension[] | undefined, where = 'Dimensions'): Dimensions {
  const dimensions: Record<string, string> = {}
  for (const [index, { Name, Value }] of (list ?? []).entries()) {
    if (!Name) throw invalidParameter(`The parameter ${where}.member.${index + 1}.Name is required.`)
    if (!Value) throw invalidParameter(`The parameter ${where}.member.${index + 1}.Value is required.`)
    dimensions[Name] = Value
  }
  if ((list ?? []).length > MAX_DIMENSIONS)
    throw invalidParameter(`The collection ${where} must not have a size greater than ${MAX_DIMENSIONS}.`)
  return dimensions
}

export const listOf = (dimensions: Dimensions): Dimension[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
