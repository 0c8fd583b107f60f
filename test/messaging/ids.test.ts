import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest, emittedId, groupIdOf } from '../../messaging/runtime/ids.ts'
import { fromXRay, parseTraceparent, spanFor, traceparentOf } from '../../messaging/runtime/trace.ts'

describe('an emitted id', () => {
  it('is the same for the same consumer, cause and index, and differs where any of them differs', () => {
    const triple = fc.tuple(fc.string(), fc.string(), fc.nat(200))
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        expect(emittedId(...a) === emittedId(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })

  it('keeps parts apart: the end of one is not the start of the next', () => {
    expect(digest('ab', 'c')).not.toBe(digest('a', 'bc'))
    expect(digest('a', 1)).not.toBe(digest('a', '1'))
  })
})

describe('a FIFO group id', () => {
  it('is the key where SQS takes it, and 128 visible ASCII characters at most otherwise', () => {
    expect(groupIdOf('order-1')).toBe('order-1')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (key) => {
        expect(groupIdOf(key)).toMatch(/^[\x21-\x7e]{1,128}$/)
      }),
    )
  })
})

describe('trace context', () => {
  const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

  it('goes on in the same trace under a span of its own, the same at every attempt', () => {
    const span = spanFor(parent, 'a.b', 'm-1')
    expect(span.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(span).toEqual(spanFor(parent, 'a.b', 'm-1'))
    expect(span.spanId).not.toBe(spanFor(parent, 'a.c', 'm-1').spanId)
    expect(parseTraceparent(traceparentOf(span))).toEqual(span)
  })

  it('starts anew where it is absent, malformed or all zero', () => {
    for (const bad of [undefined, 'x', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'])
      expect(spanFor(bad, 'a.b', 'm-1').traceId).toMatch(/^[0-9a-f]{32}$/)
  })

  it('is read from X-Ray without its Lineage', () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1|b:2'
    expect(fromXRay(header)).toBe('00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01')
    expect(fromXRay(undefined)).toBeUndefined()
  })
})
