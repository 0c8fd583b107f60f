/** What happened to an alarm. */
export interface HistoryItem {
  readonly alarm: string
  readonly kind: 'MetricAlarm' | 'CompositeAlarm'
  readonly at: number
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
  readonly summary: string
  readonly data: Readonly<Record<string, unknown>>
}

/** AWS keeps 30 days; here the newest items are kept. */
const KEPT = 1_000

export class History {
  #items: HistoryItem[] = []

  add(item: HistoryItem): void {
    this.#items.push(item)
    if (this.#items.length > KEPT * 1.25) this.#items = this.#items.slice(-KEPT)
  }

  /** Items of one alarm or of all, the newest first. */
  of(alarm: string | undefined): readonly HistoryItem[] {
    return this.#items.filter((item) => alarm === undefined || item.alarm === alarm).reverse()
  }
}
