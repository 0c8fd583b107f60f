import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryObstacle, type Obstacle } from '../../messaging/runtime/obstacle.ts'
import { type Parcel, ship } from '../../messaging/runtime/ship.ts'
import { fixedPorts } from './support.ts'

interface Numbered extends Parcel {
  readonly n: number
}

const PASSING: Obstacle = { code: 'ThrottlingException', message: '', passing: true }
const HOPELESS: Obstacle = { code: 'MalformedDetail', message: '', passing: false }
const parcel = (n: number, group?: string): Numbered => ({ n, bytes: 100, ...(group !== undefined && { group }) })

/** A destination that answers by a script: for each parcel, what happens at each try; delivered when the script ends. */
function destination(script: Record<number, (Obstacle | undefined)[]> = {}) {
  const arrived: number[] = []
  const batches: number[][] = []
  const carry = async (parcels: readonly Numbered[]) => {
    batches.push(parcels.map(({ n }) => n))
    return parcels.map(({ n }) => {
      const obstacle = script[n]?.shift()
      if (!obstacle) arrived.push(n)
      return obstacle
    })
  }
  return { arrived, batches, carry }
}

describe('shipping', () => {
  it('tries again only what failed in passing', async () => {
    const to = destination({ 2: [PASSING, PASSING] })
    const left = await ship([parcel(1), parcel(2), parcel(3)], to.carry, fixedPorts(), 4)
    expect(to.batches).toEqual([[1, 2, 3], [2], [2]])
    expect([...left]).toEqual([])
  })

  it('gives up after its tries, and at once where it is hopeless', async () => {
    const to = destination({ 1: [HOPELESS], 2: Array(9).fill(PASSING) })
    const left = await ship([parcel(1), parcel(2), parcel(3)], to.carry, fixedPorts(), 3)
    expect([...left].map(([{ n }, { code }]) => [n, code])).toEqual([
      [1, 'MalformedDetail'],
      [2, 'ThrottlingException'],
    ])
    expect(to.batches).toEqual([[1, 2, 3], [2], [2]])
  })

  it('sends at most one parcel of a group in a batch, and stops a group at its first failure', async () => {
    const to = destination({ 2: [HOPELESS] })
    const left = await ship([parcel(1, 'a'), parcel(2, 'a'), parcel(3, 'a'), parcel(4, 'b')], to.carry, fixedPorts(), 3)
    expect(to.batches).toEqual([[1, 4], [2]])
    expect([...left.keys()].map(({ n }) => n)).toEqual([2, 3])
  })

  it('sends each alone where a batch is refused as a whole', async () => {
    const refusal = Object.assign(new Error('entry 2 is bad'), {
      name: 'InvalidParameterValue',
      $metadata: { httpStatusCode: 400 },
    })
    const arrived: number[] = []
    const carry = async (parcels: readonly Numbered[]) => {
      if (parcels.some(({ n }) => n === 2)) throw refusal
      arrived.push(...parcels.map(({ n }) => n))
      return parcels.map(() => undefined)
    }
    const left = await ship([parcel(1), parcel(2), parcel(3)], carry, fixedPorts(), 3)
    expect(arrived).toEqual([1, 3])
    expect([...left.keys()].map(({ n }) => n)).toEqual([2])
  })

  it('stays within 10 parcels and 256 KiB a batch', async () => {
    const to = destination()
    const large = { n: 100, bytes: 200 * 1024 }
    await ship(
      [large, { ...large, n: 101 }, ...Array.from({ length: 12 }, (_, n) => parcel(n))],
      to.carry,
      fixedPorts(),
      1,
    )
    expect(to.batches.map((batch) => batch.length)).toEqual([1, 10, 3])
  })

  it('keeps the order of every group and loses nothing, whatever fails in passing', async () => {
    const fates = fc.array(fc.record({ group: fc.constantFrom('a', 'b', 'c'), failures: fc.nat(3) }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fates, async (rows) => {
        const parcels = rows.map(({ group }, n) => parcel(n, group))
        const to = destination(Object.fromEntries(rows.map(({ failures }, n) => [n, Array(failures).fill(PASSING)])))
        const left = await ship(parcels, to.carry, fixedPorts(), 4)
        expect([...left]).toEqual([])
        for (const group of ['a', 'b', 'c']) {
          const ofGroup = (n: number) => rows[n]?.group === group
          expect(to.arrived.filter(ofGroup)).toEqual(parcels.map(({ n }) => n).filter(ofGroup))
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('an obstacle', () => {
  it.each([
    ['ThrottlingException', undefined, true],
    ['InternalFailure', undefined, true],
    ['InternalError', false, true],
    ['MalformedDetail', undefined, false],
    ['InvalidParameter', true, false],
    ['Unknown', false, true],
  ] as const)('%s, sender fault %s: passing is %s', (code, senderFault, passing) => {
    expect(entryObstacle(code, '', senderFault).passing).toBe(passing)
  })
})
