/** What counts as recent, milliseconds. AWS does not say; half of it is remembered at least, all of it at most. */
const RECENT_MS = 120_000

interface Span {
  readonly start: number
  readonly byTenant: Map<string, number>
  total: number
}

const spanFrom = (start: number): Span => ({ start, byTenant: new Map(), total: 0 })

/** How long consumers have recently had each tenant's messages, from their receive until they were deleted or came back. */
export class ProcessingTime {
  #older = spanFrom(0)
  #newer = spanFrom(0)

  add(tenant: string, milliseconds: number, now: number): void {
    if (milliseconds <= 0) return
    this.#turn(now)
    this.#newer.total += milliseconds
    this.#newer.byTenant.set(tenant, (this.#newer.byTenant.get(tenant) ?? 0) + milliseconds)
  }

  /** The tenant's share of all recent processing time, from 0 to 1. */
  share(tenant: string, now: number): number {
    this.#turn(now)
    const total = this.#older.total + this.#newer.total
    const own = (this.#older.byTenant.get(tenant) ?? 0) + (this.#newer.byTenant.get(tenant) ?? 0)
    return total === 0 ? 0 : own / total
  }

  #turn(now: number): void {
    if (now - this.#newer.start < RECENT_MS / 2) return
    this.#older = now - this.#newer.start < RECENT_MS ? this.#newer : spanFrom(0)
    this.#newer = spanFrom(now)
  }
}
