/** What happened, in order, each entry with the entry that caused it, so that any message's story can be told. */
export interface JournalEntry {
  /** Position, from 1, without gaps. */
  readonly seq: number
  /** Instant on the kernel's clock, milliseconds since the epoch. */
  readonly at: number
  /** What kind of thing happened, such as `api`, `deliver`, `invoke`, `fault`. */
  readonly kind: string
  /** What it happened to: an ARN or a name. */
  readonly subject: string
  /** `seq` of the entry that caused it. */
  readonly cause?: number | undefined
  readonly detail?: Readonly<Record<string, unknown>> | undefined
}

/** Names of one or two facts of an entry. One object for all entries of a kind. */
export type Facts = readonly [first: string, second?: string]

/** Columns of so many entries: they hold what an entry consists of, and entries are made for those who read them. */
class Page {
  readonly from: number
  readonly at: Float64Array
  readonly causes: Float64Array
  readonly kinds: string[] = []
  readonly subjects: string[] = []
  /** What `first` and `second` are; without it `first` is the whole detail. */
  readonly facts: (Facts | undefined)[] = []
  readonly first: unknown[] = []
  readonly second: unknown[] = []

  constructor(from: number, size: number) {
    this.from = from
    this.at = new Float64Array(size)
    this.causes = new Float64Array(size)
  }

  entry(index: number): JournalEntry {
    return {
      seq: this.from + index,
      at: this.at[index] as number,
      kind: this.kinds[index] as string,
      subject: this.subjects[index] as string,
      cause: this.causes[index] || undefined,
      detail: this.#detail(index),
    }
  }

  #detail(index: number): JournalEntry['detail'] {
    const facts = this.facts[index]
    if (!facts) return this.first[index] as JournalEntry['detail']
    const [first, second] = facts
    return second === undefined
      ? { [first]: this.first[index] }
      : { [first]: this.first[index], [second]: this.second[index] }
  }
}

const PAGE = 1_024

/** Keeps the newest `limit` entries, and some before them; `seq` goes on counting. */
export class Journal {
  readonly #now: () => number
  readonly #limit: number
  readonly #size: number
  readonly #followers = new Set<(entry: JournalEntry) => void>()
  readonly #pages: Page[] = []
  #seq = 0

  constructor(now: () => number, limit = 200_000) {
    this.#now = now
    this.#limit = limit
    this.#size = Math.max(1, Math.min(PAGE, Math.floor(limit / 4)))
  }

  /** Writes an entry and returns its `seq`, for the `cause` of what follows from it. */
  record(kind: string, subject: string, cause?: number, detail?: Readonly<Record<string, unknown>>): number {
    return this.note(kind, subject, cause, undefined, detail)
  }

  /** The same for entries of which there are many: their facts are given one by one, and no object is made of them. */
  note(
    kind: string,
    subject: string,
    cause: number | undefined,
    facts: Facts | undefined,
    first: unknown,
    second?: unknown,
  ): number {
    const index = this.#seq % this.#size
    const page = index === 0 ? this.#turn() : (this.#pages.at(-1) as Page)
    page.at[index] = this.#now()
    page.causes[index] = cause ?? 0
    page.kinds.push(kind)
    page.subjects.push(subject)
    page.facts.push(facts)
    page.first.push(first)
    page.second.push(second)
    this.#seq += 1
    if (this.#followers.size > 0) {
      const entry = page.entry(index)
      for (const follow of this.#followers) follow(entry)
    }
    return this.#seq
  }

  /** Tells of every entry kept and to come, in order, until the answer is called. The listener must not throw. */
  follow(listener: (entry: JournalEntry) => void): () => void {
    for (const entry of this.entries()) listener(entry)
    this.#followers.add(listener)
    return () => this.#followers.delete(listener)
  }

  /** The entry of that number, unless it is forgotten already. */
  at(seq: number): JournalEntry | undefined {
    const [first] = this.#pages
    if (!first || seq < first.from || seq > this.#seq) return undefined
    return this.#pages[Math.floor((seq - first.from) / this.#size)]?.entry((seq - first.from) % this.#size)
  }

  entries(filter: (entry: JournalEntry) => boolean = () => true): JournalEntry[] {
    const found: JournalEntry[] = []
    for (const page of this.#pages)
      for (let index = 0; index < page.kinds.length; index++) {
        const entry = page.entry(index)
        if (filter(entry)) found.push(entry)
      }
    return found
  }

  #turn(): Page {
    const page = new Page(this.#seq + 1, this.#size)
    this.#pages.push(page)
    if (this.#seq - (this.#pages[0] as Page).from >= this.#limit) this.#pages.shift()
    return page
  }
}
