import { describe, expect, it } from 'vitest'
import { envelopeIn } from '../../messaging/runtime/received.ts'
import { envelope } from './support.ts'

const failure = (body: string) => {
  try {
    envelopeIn(body)
  } catch (error) {
    return error
  }
  return undefined
}

describe('a queue message', () => {
  it('is an envelope by itself, or the detail of an EventBridge event', () => {
    const sent = envelope()
    expect(envelopeIn(JSON.stringify(sent))).toEqual(sent)
    const event = { version: '0', id: 'e', 'detail-type': sent.type, source: 'orders', detail: sent }
    expect(envelopeIn(JSON.stringify(event))).toEqual(sent)
  })

  it('is dead with every reason at once where fields are wrong', () => {
    const { data: _, ...bad } = { ...envelope(), id: '', hops: -1, time: 'yesterday', dataversion: '1' }
    expect(failure(JSON.stringify(bad))).toMatchObject({
      kind: 'dead',
      code: 'Malformed',
      message:
        'id must be a text, not ""; time must be an RFC 3339 time, not "yesterday"; ' +
        'dataversion must be a whole number from 1, not "1"; hops must be a whole number from 0, not -1; data is missing',
    })
  })

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an event without detail', '{"detail-type":"x"}'],
  ])('is dead where it is %s', (_name, body) => {
    expect(failure(body)).toMatchObject({ kind: 'dead', code: 'Malformed' })
  })
})
