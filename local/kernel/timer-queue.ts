export interface TimerOptions {
  /** A background timer fires in its turn, but an auto clock never jumps for its sake and `idle` does not wait for it. */
  readonly background?: boolean
  /** Among timers of one instant the lower priority fires first. @default 0 */
  readonly priority?: number
}

/** A timer that waits for its instant. */
export interface QueuedTimer {
  readonly due: number
  readonly priority: number
  readonly seq: number
  readonly label: string
  readonly background: boolean
  readonly fire: () => void | Promise<void>
  removed: boolean
}

const before = (a: QueuedTimer, b: QueuedTimer): boolean =>
  a.due !== b.due ? a.due < b.due : a.priority !== b.priority ? a.priority < b.priority : a.seq < b.seq

/** A heap by `(due, priority, seq)`: timers of one instant fire in a fixed order. */
export class TimerQueue {
  #heap: QueuedTimer[] = []
  #seq = 0
  #removed = 0
  #foreground = 0

  add(
    due: number,
    label: string,
    fire: () => void | Promise<void>,
    priority: number,
    background: boolean,
  ): QueuedTimer {
    this.#seq += 1
    const timer = { due, label, fire, priority, background, seq: this.#seq, removed: false }
    this.#heap.push(timer)
    this.#up(this.#heap.length - 1)
    if (!background) this.#foreground += 1
    return timer
  }

  /** Marks the timer as gone; its place in the heap is freed when it comes up, or when too many are gone. */
  remove(timer: QueuedTimer): void {
    if (timer.removed) return
    timer.removed = true
    this.#removed += 1
    if (!timer.background) this.#foreground -= 1
    if (this.#removed > 64 && this.#removed * 2 > this.#heap.length) this.#compact()
  }

  first(): QueuedTimer | undefined {
    while (this.#heap[0]?.removed) {
      this.#pop()
      this.#removed -= 1
    }
    return this.#heap[0]
  }

  firstForeground(): QueuedTimer | undefined {
    if (this.#foreground === 0) return undefined
    let best: QueuedTimer | undefined
    for (const timer of this.#heap)
      if (!timer.removed && !timer.background && (!best || before(timer, best))) best = timer
    return best
  }

  shift(): QueuedTimer | undefined {
    const timer = this.first()
    if (!timer) return undefined
    this.#pop()
    timer.removed = true
    if (!timer.background) this.#foreground -= 1
    return timer
  }

  sorted(): QueuedTimer[] {
    return this.#heap.filter((timer) => !timer.removed).sort((a, b) => (before(a, b) ? -1 : 1))
  }

  clear(): void {
    for (const timer of this.#heap) timer.removed = true
    this.#heap = []
    this.#removed = 0
    this.#foreground = 0
  }

  #compact(): void {
    const kept = this.sorted()
    this.#heap = kept
    this.#removed = 0
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#down(0)
  }

  #up(start: number): void {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#swapIfBefore(index, parent)) return
      index = parent
    }
  }

  #down(start: number): void {
    let index = start
    for (;;) {
      const left = index * 2 + 1
      if (left >= this.#heap.length) return
      const right = left + 1
      const child =
        right < this.#heap.length && before(this.#heap[right] as QueuedTimer, this.#heap[left] as QueuedTimer)
          ? right
          : left
      if (!this.#swapIfBefore(child, index)) return
      index = child
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const below = this.#heap[child] as QueuedTimer
    const above = this.#heap[parent] as QueuedTimer
    if (!before(below, above)) return false
    this.#heap[child] = above
    this.#heap[parent] = below
    return true
  }
}
