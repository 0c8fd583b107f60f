import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Clock } from '../../../local/kernel/clock.ts'

describe('a manual clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = new Clock('manual', 1_000)
    const fired: number[] = []
    clock.after(10, 'ten', () => void fired.push(clock.now()))
    await clock.settle()
    expect(fired).toEqual([])
    await clock.advance(9)
    expect(fired).toEqual([])
    await clock.advance(1)
    expect(fired).toEqual([1_010])
  })

  it('fires each timer at its own instant, never at the final one, and reports what fired', async () => {
    const clock = new Clock('manual', 0)
    const seen: number[] = []
    clock.at(5, 'a', () => {
      seen.push(clock.now())
      clock.after(2, 'child of a', () => void seen.push(clock.now()))
    })
    clock.at(9, 'b', () => void seen.push(clock.now()))
    const fired = await clock.advance(100)
    expect(seen).toEqual([5, 7, 9])
    expect(fired).toEqual([
      { at: 5, label: 'a' },
      { at: 7, label: 'child of a' },
      { at: 9, label: 'b' },
    ])
    expect(clock.now()).toBe(100)
  })

  it('drains the work of one instant before it goes to the next', async () => {
    const clock = new Clock('manual', 0)
    const order: string[] = []
    clock.at(1, 'slow', async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      order.push('slow is done')
    })
    clock.at(2, 'next', () => void order.push('next'))
    await clock.advance(2)
    expect(order).toEqual(['slow is done', 'next'])
  })

  it('does not move while a lease is held', async () => {
    const clock = new Clock('manual', 0)
    const order: string[] = []
    const lease = clock.lease('an invocation')
    clock.at(1, 'timer', () => void order.push('fired'))
    const advancing = clock.advance(1)
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(order).toEqual([])
    expect(clock.owners()).toEqual(['an invocation'])
    lease.release()
    await advancing
    expect(order).toEqual(['fired'])
  })

  it('fires timers of one instant by priority, then in the order they were set', async () => {
    const clock = new Clock('manual', 0)
    const order: string[] = []
    clock.at(1, 'x', () => void order.push('second'), { priority: 1 })
    clock.at(1, 'x', () => void order.push('third'), { priority: 1 })
    clock.at(1, 'x', () => void order.push('first'))
    await clock.advance(1)
    expect(order).toEqual(['first', 'second', 'third'])
  })

  it('never fires a cancelled timer', async () => {
    const clock = new Clock('manual', 0)
    const fired: string[] = []
    const timer = clock.at(1, 'gone', () => void fired.push('gone'))
    clock.at(2, 'kept', () => void fired.push('kept'))
    timer.cancel()
    timer.cancel()
    await clock.advance(5)
    expect(fired).toEqual(['kept'])
    expect(clock.pending()).toEqual([])
  })

  it('next() goes to the next timer and no further', async () => {
    const clock = new Clock('manual', 0)
    clock.at(30_000, 'visibility', () => {})
    clock.at(60_000, 'retention', () => {})
    expect(await clock.next()).toEqual({ at: 30_000, label: 'visibility' })
    expect(clock.now()).toBe(30_000)
    expect(await clock.next()).toEqual({ at: 60_000, label: 'retention' })
    expect(await clock.next()).toBeUndefined()
  })

  it('fires any set of timers in the order of their instants', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(1_000), fc.boolean()), { maxLength: 200 }), async (timers) => {
        const clock = new Clock('manual', 0)
        const fired: number[] = []
        const handles = timers.map(([due, cancelled]) => ({
          handle: clock.at(due, 't', () => void fired.push(clock.now())),
          cancelled,
        }))
        for (const { handle, cancelled } of handles) if (cancelled) handle.cancel()
        await clock.advance(1_000)
        const expected = timers.filter(([, cancelled]) => !cancelled).map(([due]) => due)
        expect(fired).toEqual(expected.sort((a, b) => a - b))
      }),
      { numRuns: 30 },
    )
  })
})

describe('an auto clock', () => {
  it('jumps to the next timer as soon as nothing is left to do', async () => {
    const clock = new Clock('auto', 0)
    await clock.sleep(30 * 60_000, 'half an hour')
    expect(clock.now()).toBe(30 * 60_000)
  })

  it('does not jump over somebody who is at work', async () => {
    const clock = new Clock('auto', 0)
    const lease = clock.lease('a handler')
    let fired = false
    clock.after(1, 'tick', () => {
      fired = true
    })
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(fired).toBe(false)
    lease.release()
    await clock.idle()
    expect(fired).toBe(true)
  })

  it('does not jump for a background timer, but fires it on the way to a foreground one', async () => {
    const clock = new Clock('auto', 0)
    const order: string[] = []
    clock.after(60_000, 'alarm period', () => void order.push('background'), { background: true })
    await clock.idle()
    expect(order).toEqual([])
    await clock.sleep(120_000, 'work')
    expect(order).toEqual(['background'])
  })
})

describe('a real clock', () => {
  it('follows the wall clock and can be advanced past a long wait', async () => {
    const clock = new Clock('real')
    const start = clock.now()
    let firedAt = 0
    clock.after(3_600_000, 'in an hour', () => {
      firedAt = clock.now()
    })
    await clock.advance(3_600_000)
    expect(firedAt - start).toBeGreaterThanOrEqual(3_600_000)
    expect(firedAt - start).toBeLessThan(3_660_000)
    clock.close()
  })

  it('fires a short timer by itself', async () => {
    const clock = new Clock('real')
    await clock.sleep(1, 'a millisecond')
    clock.close()
  })
})

describe('sleep', () => {
  it("rejects with the signal's reason when it is aborted, and leaves no timer behind", async () => {
    const clock = new Clock('manual', 0)
    const abort = new AbortController()
    const sleeping = clock.sleep(1_000, 'long poll', { signal: abort.signal })
    abort.abort(new Error('client gone'))
    await expect(sleeping).rejects.toThrow('client gone')
    expect(clock.pending()).toEqual([])
  })
})
