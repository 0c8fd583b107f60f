import { callObstacle, type Obstacle } from './obstacle.ts'
import { fullJitter, type Ports, sleep } from './ports.ts'

/** Something to hand over. Those of one group must arrive in order. */
export interface Parcel {
  readonly group?: string
  readonly bytes: number
}

/** Hands over up to ten at once; answers per parcel, in order: `undefined` for delivered. */
export type Carrier<P extends Parcel> = (parcels: readonly P[]) => Promise<readonly (Obstacle | undefined)[]>

const MAX_PARCELS = 10
/** The smallest limit of the batch calls: SNS's PublishBatch, EventBridge's PutEvents. */
const MAX_BYTES = 256 * 1024

/** What every parcel that was not delivered met. Those behind the first of their group were not tried. */
export type Undelivered<P extends Parcel> = ReadonlyMap<P, Obstacle>

/**
 * Hands over parcels in batches. What failed in passing is tried again, up to `tries` times in all, with jitter. Batch calls fail
 * per entry, so a batch holds at most one parcel of a group, and a group stops at its first parcel that failed for good.
 */
export async function ship<P extends Parcel>(
  parcels: readonly P[],
  carry: Carrier<P>,
  ports: Ports,
  tries: number,
): Promise<Undelivered<P>> {
  const undelivered = new Map<P, Obstacle>()
  const attempts = new Map<P, number>()
  let waiting = [...parcels]
  while (waiting.length > 0) {
    const batch = nextBatch(waiting)
    const results = await carried(batch, carry)
    const again = new Set<P>()
    for (const [index, parcel] of batch.entries()) {
      const obstacle = results[index]
      if (!obstacle) continue
      const attempt = (attempts.get(parcel) ?? 0) + 1
      attempts.set(parcel, attempt)
      if (obstacle.passing && attempt < tries) again.add(parcel)
      else for (const stopped of stoppedBy(parcel, waiting)) undelivered.set(stopped, obstacle)
    }
    const tried = new Set(batch)
    waiting = waiting.filter((parcel) => again.has(parcel) || (!tried.has(parcel) && !undelivered.has(parcel)))
    if (again.size > 0) await sleep(ports, fullJitter(ports, Math.max(...attempts.values()), 50, 2_000))
  }
  return undelivered
}

/** A call that is refused as a whole may be refused for one parcel's sake: then each goes alone. */
async function carried<P extends Parcel>(
  batch: readonly P[],
  carry: Carrier<P>,
): Promise<readonly (Obstacle | undefined)[]> {
  try {
    return await carry(batch)
  } catch (error) {
    const obstacle = callObstacle(error)
    if (obstacle.passing || batch.length === 1) return batch.map(() => obstacle)
  }
  const results: (Obstacle | undefined)[] = []
  for (const parcel of batch) results.push(...(await carried([parcel], carry)))
  return results
}

/** From the front, at most one of each group; a parcel that alone is over the limit goes alone, for the service to refuse. */
function nextBatch<P extends Parcel>(waiting: readonly P[]): P[] {
  const batch: P[] = []
  const groups = new Set<string>()
  let bytes = 0
  for (const parcel of waiting) {
    if (batch.length === MAX_PARCELS) break
    if (parcel.group !== undefined && groups.has(parcel.group)) continue
    if (batch.length > 0 && bytes + parcel.bytes > MAX_BYTES) break
    batch.push(parcel)
    bytes += parcel.bytes
    if (parcel.group !== undefined) groups.add(parcel.group)
  }
  return batch
}

const stoppedBy = <P extends Parcel>(parcel: P, waiting: readonly P[]): readonly P[] =>
  parcel.group === undefined ? [parcel] : waiting.filter(({ group }) => group === parcel.group)
