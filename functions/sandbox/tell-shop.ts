import * as z from 'zod/mini'

const Batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) })
const Told = z.object({ key: z.string() })

/** Tells the shop's webhook what became of charges; SQS brings a message again until the shop has said that it took it. */
export async function handler(event: unknown): Promise<void> {
  const { ledger } = await import('./ledger.ts')
  const { postSigned } = await import('./post-signed.ts')
  const books = ledger(process.env.SANDBOX_TABLE ?? '')
  for (const { messageId, body } of Batch.parse(event).Records) {
    const { key } = Told.parse(JSON.parse(body))
    const [{ webhook }, told] = await Promise.all([books.settings(), books.answerOf(key)])
    if (webhook === undefined || told === undefined) throw new Error(`there is nobody to tell about ${key}, or nothing`)
    const status = await postSigned(webhook, { key, ...told }, messageId)
    if (status >= 300) throw new Error(`${webhook} answered ${status} about ${key}`)
  }
}
