import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud.ts'
import type { Clock } from '../../local/kernel/clock.ts'

/** Instant at which the test clouds' clocks start. */
export const testStart = Date.UTC(2026, 0, 1)

type ClientClass<C> = new (options: {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  maxAttempts: number
}) => C

export interface TestCloud extends Cloud {
  readonly clock: Clock
  /** An SDK client of this cloud; the developer's own credentials unless others are given. It is destroyed with the cloud. */
  client<C extends { destroy(): void }>(
    Client: ClientClass<C>,
    credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  ): C
}

/** A local cloud on a free port, with a manual clock and a fixed seed unless told otherwise. */
export async function startTestCloud(options: CloudOptions = {}): Promise<TestCloud> {
  const cloud = await startCloud({ clock: 'manual', seed: 'test', start: testStart, ...options })
  const clients: { destroy(): void }[] = []
  return {
    ...cloud,
    clock: cloud.kernel.clock,
    client: (Client, credentials = { accessKeyId: 'test', secretAccessKey: 'test' }) => {
      const client = new Client({ endpoint: cloud.endpoint, region: cloud.region, credentials, maxAttempts: 1 })
      clients.push(client)
      return client
    },
    stop: async () => {
      for (const client of clients) client.destroy()
      await cloud.stop()
    },
  }
}
