/** A page of elements sorted by their keys; the token is the last key of the page before, so that a listing may change meanwhile. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (element: T) => string,
  size: number,
  token: string | undefined,
  descending = false,
): { elements: T[]; next: string | undefined } {
  const before = (a: string, b: string) => (descending ? a > b : a < b)
  const last = token === undefined ? undefined : Buffer.from(token, 'base64').toString()
  const rest = all
    .filter((element) => last === undefined || before(last, keyOf(element)))
    .sort((a, b) => (before(keyOf(a), keyOf(b)) ? -1 : 1))
  const elements = rest.slice(0, size)
  const end = elements.at(-1)
  const next = end !== undefined && rest.length > size ? Buffer.from(keyOf(end)).toString('base64') : undefined
  return { elements, next }
}
