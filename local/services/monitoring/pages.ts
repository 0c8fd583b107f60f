/** A page of elements sorted by their keys; the token is the last key of the page before. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (element: T) => string,
  size: number,
  token: string | undefined,
): { elements: T[]; next: string | undefined } {
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString()
  const rest = all.filter((element) => keyOf(element) > after).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const elements = rest.slice(0, size)
  const last = elements.at(-1)
  const next = last !== undefined && rest.length > size ? Buffer.from(keyOf(last)).toString('base64') : undefined
  return { elements, next }
}
