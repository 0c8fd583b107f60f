import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, answerTo, fate, Request } from './behaviour.ts'

/**
 * The payment provider's sandbox: stands outside the shop, keeps its own books, and can be slow, fail, or lose its answer. The
 * item `settings` of its table says how (see behaviour.ts).
 */
export async function handler(event: unknown): Promise<Answer> {
  const { ledger } = await import('./ledger.ts')
  const books = ledger(process.env.SANDBOX_TABLE ?? '')
  const request = Request.parse(event)
  const settings = await books.settings()
  const call = await books.countCall(request)
  if (settings.delay > 0) await wait(settings.delay)
  const outcome = fate(call, settings)
  if (outcome === 'fail') throw new Error(`${request.operation} ${request.key}: the provider is out of order`)
  const answer = await books.move(request, answerTo(request, settings, randomUUID()))
  if (outcome === 'lose') throw new Error(`${request.operation} ${request.key}: the answer was lost`)
  return answer
}
