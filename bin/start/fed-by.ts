import type { Cloud } from '../../local/cloud.ts'

/** Who sends the orders, and how it waits. */
export interface FeedClient {
  readonly headers: Readonly<Record<string, string>>
  /** Requests under way at a time, where that is bounded. */
  readonly concurrency?: number
  readonly settled: () => Promise<void>
}

/**
 * Feeds as any client does, or as one whose pace the seed replays: its requests would otherwise arrive whenever the machine has
 * come to send them, in the middle of what the functions do.
 */
export async function fedBy<T>(
  cloud: Cloud,
  sequential: boolean,
  feed: (client: FeedClient) => Promise<T>,
): Promise<T> {
  const { clock } = cloud.kernel
  if (!sequential) return feed({ headers: {}, settled: () => clock.idle() })
  await clock.idle()
  const client = cloud.outsideClient('feed')
  try {
    const { headers, away } = client
    return await feed({ headers, concurrency: 1, settled: () => away(() => clock.idle()) })
  } finally {
    client.close()
  }
}
