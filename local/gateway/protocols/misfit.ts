import { AwsError } from '../../errors.ts'

/** A value of the wrong type; `where` grows on the way out, from the value to the root. */
export class Misfit extends Error {
  readonly expected: string
  readonly value: unknown
  where = ''

  constructor(expected: string, value: unknown) {
    super()
    this.expected = expected
    this.value = value
  }
}

export const within = (error: unknown, step: string): unknown => {
  if (error instanceof Misfit) error.where = error.where === '' ? step : `${step}.${error.where}`
  return error
}

/** An error of reading as it is answered; one that is not about the value stays what it is. */
export function refusal(error: unknown, root: string): unknown {
  // The call stack has ended before the value did: far deeper than any service takes.
  if (error instanceof RangeError)
    return new AwsError('SerializationException', 'The request is nested too deeply to be read.', { status: 400 })
  return error instanceof Misfit ? worded(error, root) : error
}

/** What AWS's front end answers before the service sees the request. */
function worded({ where, expected, value }: Misfit, root: string): AwsError {
  const at = [root, where].filter((part) => part !== '').join('.')
  const subject = at === '' ? 'The request body' : at
  const given =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'object'
          ? 'a structure'
          : `a ${typeof value}`
  const message =
    expected === 'base64'
      ? `${subject} must be base64, but it is not.`
      : `${subject} must be ${expected}, but it is ${given}.`
  return new AwsError('SerializationException', message, { status: 400 })
}
