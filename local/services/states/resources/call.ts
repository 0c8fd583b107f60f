import type { CloudContext, Properties } from '../../../service.ts'

/** Calls a Step Functions action as CloudFormation does. */
export type CallStates = <O extends object = object>(action: string, input: object) => Promise<O>

export const statesCall =
  (context: CloudContext): CallStates =>
  (action, input) =>
    context.call({ caller: context.administrator, service: 'states', action, input })

/** Members that are given. */
export const present = (members: Properties): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** Whether a property differs between two sets. */
export const changed = (name: string, properties: Properties, previous: Properties): boolean =>
  JSON.stringify(properties[name]) !== JSON.stringify(previous[name])

/** CloudFormation writes members in Pascal case, the API in camel case. */
export const camelCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(camelCase)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toLowerCase() + name.slice(1), camelCase(member)]),
  )
}
