import { replyKey, type TableKey } from '../table-layout.ts'
import { type Ports, sleep } from './ports.ts'
import { REPLY, type Reply } from './reply.ts'
import { placeOf, type Table } from './table.ts'

const FIRST_LOOK_MS = 20
const LAST_LOOK_MS = 250

/** Where one requester finds its replies. All requests under way are looked for by the same reads. */
export interface Mailbox {
  /** `undefined`: none until then. @param until epoch milliseconds */
  reply(requestId: string, until: number): Promise<Reply | undefined>
}

interface Awaited {
  readonly key: TableKey
  readonly until: number
  answer(reply: Reply | undefined): void
  fail(error: unknown): void
}

export function openMailbox(table: Table, requester: string, ports: Ports): Mailbox {
  const waiting = new Map<string, Awaited>()
  let pause = FIRST_LOOK_MS
  let looking = false

  const look = async () => {
    const asked = [...waiting.values()]
    const found = await table.getMany(
      asked.map(({ key }) => key),
      true,
    )
    for (const { key, until, answer } of asked) {
      const reply = found.get(placeOf(key))?.[REPLY]?.S
      if (reply === undefined && ports.now() < until) continue
      waiting.delete(placeOf(key))
      answer(reply === undefined ? undefined : JSON.parse(reply))
    }
  }
  const watch = async () => {
    looking = true
    try {
      while (waiting.size > 0) {
        await sleep(ports, pause)
        pause = Math.min(LAST_LOOK_MS, pause * 2)
        await look()
      }
    } catch (error) {
      const lost = [...waiting.values()]
      waiting.clear()
      for (const { fail } of lost) fail(error)
    } finally {
      looking = false
    }
  }
  return {
    reply: (requestId, until) =>
      new Promise((answer, fail) => {
        const key = replyKey(requester, requestId)
        waiting.set(placeOf(key), { key, until, answer, fail })
        pause = FIRST_LOOK_MS
        if (!looking) void watch()
      }),
  }
}
