import type { CloudContext } from '../../../service.ts'

/** An EventBridge action as CloudFormation calls it. */
export type CallEvents = <O = Record<string, unknown>>(action: string, input: object) => Promise<O>

export const administrator =
  (context: CloudContext): CallEvents =>
  <O>(action: string, input: object) =>
    context.call<object, O & object>({ caller: context.administrator, service: 'events', action, input }) as Promise<O>

/** Members that are given. */
export const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

export const numeric = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value))

/** A pattern or policy, which templates give as an object or as its text. */
export const jsonText = (value: unknown): string | undefined =>
  value === undefined || typeof value === 'string' ? (value as string | undefined) : JSON.stringify(value)

/** Takes the steps after a creation; where one fails, what was created is undone, as CloudFormation would roll it back. */
export async function orUndo(steps: Promise<unknown>, undo: () => Promise<unknown>): Promise<void> {
  try {
    await steps
  } catch (error) {
    await undo()
    throw error
  }
}
