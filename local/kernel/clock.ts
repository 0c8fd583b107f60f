import { Admissions } from './admissions.ts'
import { type Lease, Leases } from './leases.ts'
import { monotonicNow, wallNow, wallTimer } from './platform.ts'
import { type TimerOptions, TimerQueue } from './timer-queue.ts'

/**
 * - `real`: the wall clock plus an offset that `advance` enlarges;
 * - `manual`: time stands still until `advance`, `runUntil` or `next` moves it;
 * - `auto`: time jumps to the next foreground timer as soon as nothing is left to do.
 */
export type ClockMode = 'real' | 'manual' | 'auto'

export interface Timer {
  readonly due: number
  readonly label: string
  cancel(): void
}

/** A fired timer, as `advance` reports it. */
export interface Fired {
  readonly at: number
  readonly label: string
}

/** Real time without progress after which a wait for quiescence gives up and names who is at work. */
const WATCHDOG_MS = 30_000

/** The one clock of a local cloud: instants in milliseconds since the epoch, labelled timers, leases. */
export class Clock {
  readonly mode: ClockMode
  readonly #timers = new TimerQueue()
  readonly #leases = new Leases(() => this.#check())
  readonly #onQuiescent: (() => void)[] = []
  readonly #onJump: ((now: number) => void)[] = []
  readonly #admissions: Admissions
  #progress = 0
  #virtualNow: number
  #offset = 0
  #cancelWall: (() => void) | undefined
  #checking = false
  #closed = false

  /** `choose` makes the run sequential: it draws who of `count` parties is admitted next. */
  constructor(mode: ClockMode, start: number = wallNow(), choose?: (count: number) => number) {
    this.mode = mode
    this.#admissions = new Admissions(choose)
    this.#virtualNow = start
  }

  now(): number {
    return this.mode === 'real' ? wallNow() + this.#offset : this.#virtualNow
  }

  /** How far a real clock is ahead of the machine's, milliseconds. */
  get offset(): number {
    return this.#offset
  }

  /** Calls `fire` at the instant; a rejection of `fire` is a defect of the local cloud and is rethrown. */
  at(due: number, label: string, fire: () => void | Promise<void>, options: TimerOptions = {}): Timer {
    const entry = this.#timers.add(due, label, fire, options.priority ?? 0, options.background ?? false)
    this.#arm()
    this.#check()
    return {
      due,
      label,
      cancel: () => {
        this.#timers.remove(entry)
        this.#check()
      },
    }
  }

  after(milliseconds: number, label: string, fire: () => void | Promise<void>, options: TimerOptions = {}): Timer {
    return this.at(this.now() + Math.max(0, milliseconds), label, fire, options)
  }

  /** Resolves after the time; rejects with the signal's reason when it is aborted first. */
  sleep(
    milliseconds: number,
    label: string,
    options: TimerOptions & { signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        timer.cancel()
        reject(signal?.reason)
      }
      const timer = this.after(
        milliseconds,
        label,
        () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
        options,
      )
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** Takes a lease for `owner`; while any lease is held the cloud is not quiescent. */
  lease(owner: string): Lease {
    return this.#leases.take(owner)
  }

  /** Whether one party runs at a time. */
  get sequential(): boolean {
    return this.#admissions.sequential
  }

  /**
   * A lease for `owner`: at once, or in a sequential run as soon as nobody is at work and `owner` is drawn among those who
   * wait. Whoever waits holds nothing.
   */
  admission(owner: string): Promise<Lease> {
    if (!this.sequential) return Promise.resolve(this.lease(owner))
    this.#progress += 1
    const admitted = this.#admissions.wait(owner)
    this.#check()
    return admitted
  }

  /** Runs `work` under a lease. */
  async holding<T>(owner: string, work: () => T | Promise<T>): Promise<T> {
    const lease = this.lease(owner)
    try {
      return await work()
    } finally {
      lease.release()
    }
  }

  /** Who is at work now. */
  owners(): string[] {
    return this.#leases.owners()
  }

  /** The timers to come, soonest first. */
  pending(): { due: number; label: string; background: boolean }[] {
    return this.#timers.sorted().map(({ due, label, background }) => ({ due, label, background }))
  }

  /** Told of every jump of a manual or auto clock, before any timer of the new instant fires. */
  onJump(listener: (now: number) => void): void {
    this.#onJump.push(listener)
  }

  /** Resolves when nothing is left to do at this instant. Time does not move in manual mode. */
  async settle(): Promise<void> {
    let seen = -1
    let since = monotonicNow()
    for (;;) {
      if (!this.#admissions.waiting && (await this.#leases.quiet()) && !this.#admissions.waiting) return
      if (seen !== this.#progressed()) {
        seen = this.#progressed()
        since = monotonicNow()
      } else if (monotonicNow() - since > WATCHDOG_MS) throw new Error(this.#stuck())
      await new Promise<void>((resolve) => {
        const cancel = wallTimer(1_000, resolve)
        this.#onQuiescent.push(() => {
          cancel()
          resolve()
        })
        this.#check()
      })
    }
  }

  /** Resolves when nothing is left to do and no foreground timer is to come (real and auto clocks get there by themselves). */
  async idle(): Promise<void> {
    for (;;) {
      await this.settle()
      const next = this.#timers.firstForeground()
      if (!next) return
      if (this.mode === 'manual') await this.runUntil(next.due)
      else
        await new Promise<void>((resolve) => {
          const cancel = wallTimer(Math.max(1, Math.min(next.due - this.now(), 250)), resolve)
          this.#onQuiescent.push(() => {
            cancel()
            resolve()
          })
        })
    }
  }

  /** Moves time forward, firing every timer on the way at its own instant, and reports them. */
  advance(milliseconds: number): Promise<Fired[]> {
    return this.runUntil(this.now() + milliseconds)
  }

  /** Moves time to the instant, firing every timer on the way at its own instant, and reports them. */
  async runUntil(instant: number): Promise<Fired[]> {
    const fired: Fired[] = []
    for (;;) {
      await this.settle()
      const next = this.#timers.first()
      if (!next || next.due > instant) break
      this.#jump(Math.max(this.now(), next.due))
      fired.push({ at: this.now(), label: next.label })
      this.#fireFirst()
    }
    if (instant > this.now()) this.#jump(instant)
    await this.settle()
    return fired
  }

  /** Moves time to the next timer and fires it; `undefined` where there is none. */
  async next(): Promise<Fired | undefined> {
    await this.settle()
    const first = this.#timers.first()
    if (!first) return undefined
    return (await this.runUntil(first.due))[0]
  }

  /** Drops every timer; nothing fires any more. */
  close(): void {
    this.#closed = true
    this.#timers.clear()
    this.#cancelWall?.()
    for (const tell of this.#onQuiescent.splice(0)) tell()
  }

  #jump(instant: number): void {
    if (this.mode === 'real') this.#offset += instant - this.now()
    else this.#virtualNow = instant
    this.#progress += 1
    for (const listener of this.#onJump) listener(instant)
  }

  /** Fires the first timer under a lease of its label. */
  #fireFirst(): void {
    const timer = this.#timers.shift()
    if (!timer) return
    void this.holding(`timer ${timer.label}`, timer.fire)
  }

  /** Real mode: one machine timer for the earliest instant. */
  #arm(): void {
    if (this.mode !== 'real' || this.#closed) return
    this.#cancelWall?.()
    const first = this.#timers.first()
    if (!first) return
    this.#cancelWall = wallTimer(Math.max(0, first.due - this.now()), () => {
      for (let next = this.#timers.first(); next && next.due <= this.now(); next = this.#timers.first())
        this.#fireFirst()
      this.#arm()
    })
  }

  /** After the last lease: tells those who wait for quiescence; an auto clock jumps. */
  #check(): void {
    if (this.#checking || this.#closed || !this.#leases.none) return
    // Only an auto clock does anything about quiescence that nobody waits for.
    if (this.mode !== 'auto' && this.#onQuiescent.length === 0) return
    this.#checking = true
    void (async () => {
      const quiet = await this.#leases.quiet()
      this.#checking = false
      if (!quiet || this.#closed) return this.#leases.none ? this.#check() : undefined
      if (this.#admissions.admitNext((owner) => this.lease(owner))) return
      for (const tell of this.#onQuiescent.splice(0)) tell()
      const next = this.#timers.first()
      if (this.mode !== 'auto' || !next || !this.#timers.firstForeground()) return
      this.#jump(Math.max(this.now(), next.due))
      this.#fireFirst()
    })()
  }

  /** Grows with whatever happens. */
  #progressed(): number {
    return this.#progress + this.#leases.changes
  }

  #stuck(): string {
    return `The local cloud made no progress for ${WATCHDOG_MS / 1000} s of real time. At work: ${this.owners().join('; ') || 'nobody'}`
  }
}
