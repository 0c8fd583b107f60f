import type jsonata from 'jsonata'

type Expression = ReturnType<typeof jsonata>

/** An expression took more than AWS gives it. Its text has no code, unlike that of JSONata's own errors. */
export class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds'
}

export const memoryExceeded = (): OutOfBounds =>
  new OutOfBounds('Expression evaluation memory limit exceeded: Check for excessive memory usage')

/** All three measured: 100 levels, and 6,990,256 bytes in one value, of which a number takes eight and a character one. */
const MAX_DEPTH = 100
const MAX_BYTES = 6_990_256
const NUMBER_BYTES = 8
/** AWS gives an expression a second. Steps are counted instead, as a clock of the machine would not do the same twice. */
const MAX_STEPS = 1_500_000

/** What is the same object throughout one evaluation. */
interface Environment {
  readonly base: { readonly depth: number }
}

/** Has every evaluation of the expression end where AWS ends it. */
export function bound(expression: Expression, maxSteps = MAX_STEPS): void {
  const steps = new WeakMap<object, number>()
  const enter = (_: unknown, __: unknown, { base }: Environment) => {
    if (base.depth > MAX_DEPTH)
      throw new OutOfBounds(
        'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive',
      )
    const taken = (steps.get(base) ?? 0) + 1
    if (taken > maxSteps) throw new OutOfBounds('Expression evaluation timeout: Check for infinite loop')
    steps.set(base, taken)
  }
  const leave = (_: unknown, __: unknown, ___: unknown, result: unknown) => {
    const bytes = typeof result === 'string' ? result.length : Array.isArray(result) ? result.length * NUMBER_BYTES : 0
    if (bytes > MAX_BYTES) throw memoryExceeded()
  }
  assign(expression, 'jsonata.__evaluate_entry', enter)
  assign(expression, 'jsonata.__evaluate_exit', leave)
}

/** JSONata looks its hooks up by symbols, which its types leave out. */
function assign(expression: Expression, name: string, hook: unknown): void {
  expression.assign(Symbol.for(name) as unknown as string, hook)
}
