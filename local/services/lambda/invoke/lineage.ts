import { hash } from 'node:crypto'

/** Invocations of one function in one chain of requests; one more is stopped. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
const MOST_IN_CHAIN = 16

/** How often each function came up in a chain before, by a mark of its own. */
type Lineage = ReadonlyMap<string, number>

/**
 * The trace header's own field for it: SDKs hand the header on with each call of a function, and queues and topics with
 * each message. `Lineage=1:<mark>:<count>`, one function beside the other.
 */
const field = /;?Lineage=([^;]*)/

/** A chain that an invocation goes on with. */
export class Chain {
  readonly #lineage: Lineage
  readonly #mark: string

  /** `headers` are those of all that it is invoked for: the longest chain counts. */
  constructor(functionArn: string, headers: readonly (string | undefined)[]) {
    this.#mark = hash('sha256', functionArn).slice(0, 8)
    const before = lineageOf(headers)
    this.#lineage = new Map(before).set(this.#mark, (before.get(this.#mark) ?? 0) + 1)
  }

  get loops(): boolean {
    return (this.#lineage.get(this.#mark) ?? 0) > MOST_IN_CHAIN
  }

  /** The trace header as the function's code sees it and hands it on. */
  header(trace: string): string {
    const told = [...this.#lineage].map(([mark, count]) => `1:${mark}:${count}`).join('|')
    return `${unchained(trace)};Lineage=${told}`
  }
}

/** The header without the chain: services that do not take part in the detection begin a new one. */
export const unchained = (trace: string): string => trace.replace(field, '')

function lineageOf(headers: readonly (string | undefined)[]): Lineage {
  const longest = new Map<string, number>()
  for (const header of headers)
    for (const part of field.exec(header ?? '')?.[1]?.split('|') ?? []) {
      const [, mark = '', count] = part.split(':')
      longest.set(mark, Math.max(longest.get(mark) ?? 0, Number(count) || 0))
    }
  return longest
}
