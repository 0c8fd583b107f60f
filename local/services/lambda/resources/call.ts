import type { CloudContext, Properties } from '../../../service.ts'

/** Calls a Lambda action as CloudFormation does. */
export type CallLambda = <O extends object = object>(action: string, input: object) => Promise<O>

export const lambdaCall =
  (context: CloudContext): CallLambda =>
  (action, input) =>
    context.call({ caller: context.administrator, service: 'lambda', action, input })

/** Template values may be text where the API takes numbers and booleans. */
export const numberOf = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value))
export const booleanOf = (value: unknown): boolean | undefined =>
  value === undefined ? undefined : String(value) === 'true'
export const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value))

/** Leaves out what is undefined: a member that is absent and one that is undefined are not the same to an action. */
export const present = (members: Properties): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

export const tagsOf = (value: unknown): Record<string, string> | undefined =>
  value === undefined
    ? undefined
    : Object.fromEntries((value as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, String(Value)]))

/** Whether a property differs between two sets. */
export const changed = (name: string, properties: Properties, previous: Properties): boolean =>
  JSON.stringify(properties[name]) !== JSON.stringify(previous[name])
