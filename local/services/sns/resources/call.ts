import type { CloudContext } from '../../../service.ts'

/** An SNS action as CloudFormation calls it. */
export type CallSns = <O = Record<string, unknown>>(action: string, input: object) => Promise<O>

export const administrator =
  (context: CloudContext): CallSns =>
  <O>(action: string, input: object) =>
    context.call<object, O & object>({ caller: context.administrator, service: 'sns', action, input }) as Promise<O>

/** An attribute's value as the API takes it: text, and JSON for what a template gives as an object. */
export const attributeText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
