import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HANDLERS } from '../../lib/stacks/services.ts'
import { type Declaration, declarationOf } from '../../messaging/index.ts'

const deployed: Declaration[] = HANDLERS.map(declarationOf)

/** Files of functions/ that declare a handler of the kit. */
async function handlerFiles(): Promise<string[]> {
  const folder = join(import.meta.dirname, '../../functions')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const declaring = await Promise.all(
    files.map(async (file) => {
      const path = join(folder, file)
      const { handler } = (await import(path)) as { handler?: unknown }
      return handler !== undefined && !file.startsWith('sandbox/') ? [path] : []
    }),
  )
  return declaring.flat()
}

describe('the shop', () => {
  it('deploys every handler that it has', async () => {
    expect(deployed.map(({ file }) => file).sort()).toEqual((await handlerFiles()).sort())
  })

  it('names each handler after its file', () => {
    for (const { id, file } of deployed) {
      const [service, name] = id.split('.')
      expect(file.endsWith(`functions/${service}/${name}.ts`), `${id} in ${file}`).toBe(true)
    }
  })

  it('has somebody for every event that it publishes, beside the journal', () => {
    const consumed = new Set(
      deployed.flatMap((one) => (!('on' in one) || one.on === 'every event' ? [] : one.on.map(({ name }) => name))),
    )
    const published = deployed.flatMap((one) => ('publishes' in one ? one.publishes.map(({ name }) => name) : []))
    const unheard = [...new Set(published)].filter((name) => !consumed.has(name))
    // Facts for whoever comes later; today the journal alone keeps them.
    expect(unheard.sort()).toEqual([
      'loyalty.PointsEarned',
      'loyalty.PointsTakenBack',
      'payments.PaymentDeclined',
      'payments.PaymentTaken',
      'returns.ReturnCompleted',
      'returns.ReturnRequested',
      'shipping.ShippingNoticeSent',
    ])
  })
})
