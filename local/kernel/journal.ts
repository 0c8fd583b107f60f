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

/** Keeps the newest `limit` entries; `seq` goes on counting. */
export class Journal {
  readonly #entries: JournalEntry[] = []
  readonly #now: () => number
  readonly #limit: number
  readonly #followers = new Set<(entry: JournalEntry) => void>()
  #seq = 0

  constructor(now: () => number, limit = 200_000) {
    this.#now = now
    this.#limit = limit
  }

  /** Writes an entry and returns its `seq`, for the `cause` of what follows from it. */
  record(kind: string, subject: string, cause?: number, detail?: Readonly<Record<string, unknown>>): number {
    this.#seq += 1
    const entry = { seq: this.#seq, at: this.#now(), kind, subject, cause, detail }
    this.#entries.push(entry)
    for (const follow of this.#followers) follow(entry)
    if (this.#entries.length > this.#limit * 1.25) this.#entries.splice(0, this.#entries.length - this.#limit)
    return this.#seq
  }

  /** Tells of every entry kept and to come, in order, until the answer is called. The listener must not throw. */
  follow(listener: (entry: JournalEntry) => void): () => void {
    for (const entry of this.#entries) listener(entry)
    this.#followers.add(listener)
    return () => this.#followers.delete(listener)
  }

  /** The entry of that number, unless it is forgotten already. */
  at(seq: number): JournalEntry | undefined {
    const first = this.#entries[0]
    return first && this.#entries[seq - first.seq]
  }

  entries(filter: (entry: JournalEntry) => boolean = () => true): JournalEntry[] {
    return this.#entries.filter(filter)
  }
}
