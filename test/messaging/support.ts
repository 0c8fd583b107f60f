import type { Envelope } from '../../messaging/envelope.ts'
import type { Ports } from '../../messaging/runtime/ports.ts'

/** Time that moves only when something waits, and dice that fall in a fixed row. */
export function fixedPorts(start = Date.UTC(2026, 0, 1)): Ports & { waited: number[]; pass(ms: number): void } {
  let now = start
  let drawn = 0
  const waited: number[] = []
  return {
    waited,
    pass: (ms) => {
      now += ms
    },
    now: () => now,
    random: () => (drawn++ % 10) / 10,
    uuid: () => `00000000-0000-4000-8000-${String(drawn++).padStart(12, '0')}`,
    after: (ms, run) => {
      // A function's own time limit never runs out by itself here; other waits pass at once.
      if (ms > 5_000) return () => {}
      waited.push(ms)
      now += ms
      setImmediate(run)
      return () => {}
    },
  }
}

export function envelope(overrides: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id: 'm-1',
    source: 'orders',
    type: 'orders.OrderPlaced',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    dataversion: 1,
    partitionkey: 'o-1',
    correlationid: 'c-1',
    hops: 0,
    data: { orderId: 'o-1' },
    ...overrides,
  }
}
