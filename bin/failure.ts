/** Something the person at the terminal can mend: told in one line, without a stack trace. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  /** 1: the work failed; 2: the command was called wrongly; 130: it was interrupted. */
  readonly exitCode: 1 | 2 | 130

  constructor(message: string, exitCode: 1 | 2 | 130 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The line for any error, and the exit code; `verbose` adds the stack. */
export function explain(error: unknown, verbose: boolean): { readonly text: string; readonly exitCode: number } {
  if (!(error instanceof Error)) return { text: `penstock: ${String(error)}`, exitCode: 1 }
  const exitCode = error instanceof CommandFailure ? error.exitCode : 1
  if (verbose) return { text: [error.stack ?? error.message, error.cause ?? []].flat().join('\n'), exitCode }
  const hint = error instanceof CommandFailure ? '' : ' (run with --verbose for the stack trace)'
  return { text: `penstock: ${error.message}${hint}`, exitCode }
}
