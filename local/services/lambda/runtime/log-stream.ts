import { AwsError } from '../../../errors.ts'
import type { Caller, CloudContext } from '../../../service.ts'

/** The log stream of one environment. Its function's role must be allowed to write it, or the lines are lost, as on AWS. */
export class EnvironmentLog {
  readonly stream: string
  readonly #context: CloudContext
  readonly #group: string
  readonly #role: Caller
  #permitted: boolean | undefined

  constructor(context: CloudContext, group: string, stream: string, role: Caller) {
    this.#context = context
    this.#group = group
    this.stream = stream
    this.#role = role
  }

  /** An invocation begins: what the role may is asked anew. */
  begin(): void {
    this.#permitted = undefined
  }

  write(lines: readonly string[]): void {
    this.#permitted ??= this.#may('logs:CreateLogStream') && this.#may('logs:PutLogEvents')
    if (this.#permitted) this.#context.log(this.#group, this.stream, lines)
  }

  #may(action: string): boolean {
    const { region, account } = this.#context
    const resource = `arn:aws:logs:${region}:${account}:log-group:${this.#group}:log-stream:${this.stream}`
    try {
      this.#context.authorize(this.#role, { action, resource })
      return true
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      this.#context.kernel.journal.record('unlogged', resource, undefined, { message: error.message })
      return false
    }
  }
}
