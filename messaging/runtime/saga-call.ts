import type { Origin, StepPlace } from './saga-record.ts'

/** What a saga's machine sends to a step's function. */
export interface StepCall extends StepPlace {
  readonly phase: 'act' | 'compensate' | 'settle' | 'close'
  readonly attempt: number
  readonly machine: string
  readonly origin: Origin
  /** Of `act`; of `compensate` where the step is always undone, unless the saga's own is not known. */
  readonly input?: unknown
  /** Epoch milliseconds after which the step must not begin. */
  readonly deadline?: number
  /** Epoch milliseconds since when it is tried, and milliseconds after which that is too long. */
  readonly enteredAt?: number
  readonly alarmAfter?: number
  /** Of a callback: whom to tell, and seconds within which the answer, or a sign of life, is wanted. */
  readonly token?: string
  readonly wait?: number
  /** Of `compensate`. */
  readonly failure?: { readonly step: string; readonly code: string; readonly message: string }
}

/** The saga turns back: no attempt can succeed. Its name is what the machine's retriers know it by. */
export class StepRefused extends Error {
  override readonly name = 'StepRefused'

  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
  }
}

/** To be tried again. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
}

/** Why a saga turned back, out of what Step Functions tells of a failed task. */
export function failureOf({ failure }: StepCall): { step: string; code: string; message: string } {
  const { step = '', code = '', message = '' } = failure ?? {}
  // The cause of a function's error is JSON, cut off by the machine, perhaps within an escaped character.
  const told = /"errorMessage":"((?:[^"\\]|\\[^u]|\\u[0-9a-f]{4})*)/i.exec(message)?.[1]
  if (told === undefined) return { step, code, message }
  const text = JSON.parse(`"${told}"`) as string
  const refusal = code === 'StepRefused' ? /^([^:\s]+): (.*)$/s.exec(text) : null
  return refusal ? { step, code: refusal[1] ?? code, message: refusal[2] ?? text } : { step, code, message: text }
}
