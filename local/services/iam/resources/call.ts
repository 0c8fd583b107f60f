/** Calls an IAM action as the administrator. */
export type CallIam = (action: string, input: object) => Promise<Record<string, unknown>>

export const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** Applies the difference of two lists. */
export async function applyDifference(
  wanted: readonly string[],
  previous: readonly string[],
  add: (element: string) => Promise<unknown>,
  remove: (element: string) => Promise<unknown>,
): Promise<void> {
  for (const element of wanted) if (!previous.includes(element)) await add(element)
  for (const element of previous) if (!wanted.includes(element)) await remove(element)
}

/** Only the members that have a value. */
export const present = (input: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
