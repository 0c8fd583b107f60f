import type { Failure } from '../protocol.ts'

/** A failure of the runtime itself rather than of the handler's code. */
export class RuntimeFailure extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** What Lambda's Node.js runtime makes of a thrown value. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof RuntimeFailure)
    return { errorType: thrown.type, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
  if (isErrorLike(thrown))
    return {
      errorType: thrown.name.replaceAll('\x7F', '%7F'),
      errorMessage: thrown.message.replaceAll('\x7F', '%7F'),
      trace: (thrown.stack ?? '').split('\n'),
    }
  // The runtime asks the value for its text, which these two have none of.
  if (thrown === undefined || thrown === null) return { errorType: 'handled', errorMessage: speechless }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
}

const speechless =
  'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'

/** Errors of another realm are no `instanceof Error`; the runtime asks for the members too. */
const isErrorLike = (value: unknown): value is Error =>
  value instanceof Error ||
  (typeof value === 'object' && value !== null && 'name' in value && 'message' in value && 'stack' in value)

/** What the runtime logs of an error: the text an operator searches for. */
export function errorDetail(title: string, thrown: unknown): string {
  const failure = failureOf(thrown)
  const own =
    thrown instanceof Error ? Object.fromEntries(Object.entries(thrown).filter(([key]) => key !== 'type')) : {}
  return `${title}\t${JSON.stringify({
    errorType: failure.errorType,
    errorMessage: failure.errorMessage,
    ...own,
    stack: failure.trace ?? [],
  })}`
}
