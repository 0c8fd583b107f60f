/** Thrown by an endpoint to refuse a request; the reasons are told all at once. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly reasons: readonly string[]

  constructor(status: number, ...reasons: readonly string[]) {
    super(reasons.join('; '))
    this.status = status
    this.reasons = reasons
  }
}
