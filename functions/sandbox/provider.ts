import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, type Charge, chargeAnswer, type Fate, fate, Request, type Settings } from './behaviour.ts'
import type { Ledger } from './ledger.ts'

/** Beyond this function's own limit, so that Lambda ends it and the caller hears nothing of the money. */
const NO_END = 60_000

/**
 * The payment provider's sandbox: stands outside the shop, keeps its own books, and can be slow, fail, lose its answer, give it later
 * through the shop's webhook, or give it twice. The item `settings` of its table says how (see behaviour.ts).
 */
export async function handler(event: unknown): Promise<Answer> {
  const { ledger } = await import('./ledger.ts')
  const books = ledger(process.env.SANDBOX_TABLE ?? '')
  const request = Request.parse(event)
  const what = `${request.operation} ${request.key}`
  const settings = await books.settings()
  const met = fate(request, await books.countCall(request), settings)
  if (settings.delay > 0) await wait(settings.delay)
  if (met === 'fail') throw new Error(`${what}: the provider is out of order`)
  if (met === 'never') return { status: 'pending' }
  if (met !== 'hang') {
    const answer = await answerTo(books, request, settings, met)
    if (met === 'lose') throw new Error(`${what}: the answer was lost`)
    if (met !== 'hang-moved') return answer
  }
  await wait(NO_END)
  throw new Error(`${what}: no answer within ${NO_END} ms`)
}

async function answerTo(books: Ledger, request: Request, settings: Settings, met: Fate): Promise<Answer> {
  if (request.operation === 'refund') return books.refund(request, { refundId: `re_${randomUUID()}` })
  if (request.operation === 'cancel') return books.cancel(request, { refundId: `re_${randomUUID()}` })
  const answer = await books.charge(request, chargeAnswer(request, settings, randomUUID()))
  const later = settings.answerAfter !== undefined
  await tellLater(request, settings, (later ? 1 : 0) + (met === 'twice' ? 1 : 0))
  return later ? { status: 'pending' } : answer
}

async function tellLater({ key }: Charge, { answerAfter = 0 }: Settings, times: number): Promise<void> {
  if (times === 0) return
  const { queueAnswer } = await import('./answers.ts')
  for (let time = 0; time < times; time += 1) await queueAnswer(key, answerAfter)
}
