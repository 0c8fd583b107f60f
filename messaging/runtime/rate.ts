import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { RateDeclaration } from '../rate.ts'
import { rateKey } from '../table-layout.ts'
import { type GateTools, Waiting } from './gate.ts'
import { sleep } from './ports.ts'
import { attributes } from './table.ts'

/** A shorter wait is not worth a way back to the queue, which counts in whole seconds: its token is taken ahead of time. */
const AHEAD_MS = 1_000

export interface Rate {
  /** Takes a token and waits for its time, a second at most. @throws Waiting with the time until there may be one */
  take(): Promise<void>
}

/**
 * A token bucket as one number that all workers move on: the time at which it will be full again (generic cell rate algorithm).
 * Every move is conditional, so that no two workers take the same token. Those that ask in one worker at the same time are served by
 * one write.
 */
export function openRate(settings: RateDeclaration & { readonly id: string }, tools: GateTools): Rate {
  const { ports } = tools
  const take = openBucket(settings, tools)
  let asking: PromiseWithResolvers<Answer>[] = []

  const serve = async () => {
    const asked = asking
    asking = []
    try {
      const { times, next } = await take(asked.length)
      for (const [index, { resolve }] of asked.entries())
        resolve({ at: times[index] ?? next + (index - times.length) * settings.interval, taken: index < times.length })
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
  return {
    async take() {
      const mine = Promise.withResolvers<Answer>()
      asking.push(mine)
      if (asking.length === 1) queueMicrotask(() => void serve())
      const { at, taken } = await mine.promise
      const wait = at - ports.now()
      if (!taken) throw new Waiting(`rate '${settings.name ?? settings.id}' is used up`, wait)
      if (wait > 0) await sleep(ports, Math.ceil(wait))
    },
  }
}

/** `at`: epoch milliseconds of the token, or of the next one to be had. */
interface Answer {
  readonly at: number
  readonly taken: boolean
}

interface Taken {
  /** Of the tokens, in epoch milliseconds; none earlier than now. */
  readonly times: readonly number[]
  /** When the token after them will be there. */
  readonly next: number
}

function openBucket(
  { interval, burst, name, id }: RateDeclaration & { readonly id: string },
  { dynamo, table, ports }: GateTools,
): (wanted: number) => Promise<Taken> {
  const Key = attributes(rateKey(name ?? id))
  /** @returns the time in the item, as it is now, and whether this has moved it */
  const move = async (set: string, condition: string, values: Readonly<Record<string, number>>) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key,
      UpdateExpression: `SET fullAt = ${set}`,
      ConditionExpression: condition,
      // Three decimals: a rate of 3 a second has no interval in whole milliseconds.
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [`:${key}`, { N: value.toFixed(3) }]),
      ),
      ReturnValues: 'UPDATED_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    try {
      return { full: Number((await dynamo.send(command)).Attributes?.fullAt?.N), moved: true }
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        return { full: Number(error.Item?.fullAt?.N ?? 0), moved: false }
      throw error
    }
  }
  /** @param full before the tokens were taken */
  const taken = (full: number, count: number, now: number): Taken => {
    const time = (index: number) => Math.max(now, full + (index + 1 - burst) * interval)
    return { times: Array.from({ length: count }, (_, index) => time(index)), next: time(count) }
  }
  return async (wanted) => {
    let count = wanted
    for (;;) {
      const now = ports.now()
      const most = now + AHEAD_MS + burst * interval
      count = Math.min(count, Math.floor((most - now) / interval))
      const cost = count * interval
      const { full, moved } = await move('fullAt + :cost', 'fullAt BETWEEN :now AND :room', {
        cost,
        now,
        room: most - cost,
      })
      if (moved) return taken(full - cost, count, now)
      if (full < now) {
        const fresh = await move(':full', 'attribute_not_exists(fullAt) OR fullAt < :now', { full: now + cost, now })
        if (fresh.moved) return taken(now, count, now)
        continue
      }
      const free = Math.floor((most - full) / interval)
      if (free < 1) return taken(full, 0, now)
      count = Math.min(count, free)
    }
  }
}
