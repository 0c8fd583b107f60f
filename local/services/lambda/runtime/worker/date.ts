const WallDate = Date

/** Replaces `Date` by one whose now is `now()`; everything else stays the machine's. */
export function replaceDate(now: () => number): void {
  class ClockDate extends WallDate {
    constructor(...values: [] | [number | string | Date]) {
      if (values.length === 0) super(now())
      else super(...values)
    }

    static override now(): number {
      return now()
    }
  }
  // `Date()` without `new` is a function call that answers text; a class refuses it.
  const callable = new Proxy(ClockDate, { apply: () => new ClockDate().toString() })
  Object.defineProperty(ClockDate, 'name', { value: 'Date' })
  ClockDate.prototype.constructor = callable
  globalThis.Date = callable as unknown as DateConstructor
}

let following = false

/** Real time that was advanced: `Date` adds the clock's offset from now on. */
export function followClock(clock: SharedArrayBuffer): void {
  if (following) return
  following = true
  const offset = new BigInt64Array(clock)
  const wallNow = WallDate.now
  replaceDate(() => wallNow() + Number(Atomics.load(offset, 0)))
}
