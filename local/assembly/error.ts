/** An assembly that cannot run here: everything that is wrong with it, at once. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError'
  /** One line each. */
  readonly problems: readonly string[]

  constructor(headline: string, problems: readonly string[]) {
    super([headline, ...problems.map((problem) => `  - ${problem}`)].join('\n'))
    this.problems = problems
  }
}
