import { unmarshall } from '@aws-sdk/util-dynamodb'
import { describe, expect, it } from 'vitest'
import { sagaStep } from '../../../messaging/index.ts'
import { BookFlight, returnSaga } from './example.ts'
import { book, deeds, passport, pay, tell, ticket, trips } from './handlers.ts'
import { checkSaga, type End } from './model/check.ts'
import { memoryTable } from './model/memory.ts'

type Table = ReturnType<typeof memoryTable>
interface Deed {
  readonly id: string
  readonly done: number
  readonly undone: number
}

const deedsIn = ({ items }: Table): readonly Deed[] =>
  [...items.values()]
    .filter(({ pk }) => pk?.S?.startsWith('deeds#'))
    .map((item) => (unmarshall(item) as { item: Deed }).item)

/** A flight is booked once or not at all, and given back as often; whoever was ticketed has been told or is being told. */
const balanceOf =
  (flights: number) =>
  (table: Table, end: End, sagaId: string): readonly string[] => {
    const deeds = deedsIn(table)
    const of = (id: string) => deeds.find((deed) => deed.id === id)
    const booked = of(`book ${sagaId}`) ?? { done: 0, undone: 0 }
    const refunds = deeds.filter(({ id }) => id.startsWith(`refund ${sagaId}`))
    const ticketed = deeds.some(({ id }) => id.startsWith('ticket'))
    return [
      ...(booked.done > flights ? [`booked ${booked.done} times`] : []),
      ...(end === 'all undone' && booked.done !== booked.undone
        ? [`booked ${booked.done}, given back ${booked.undone}`]
        : []),
      ...(end === 'all done' && booked.undone > 0 ? ['given back although all is done'] : []),
      ...(end === 'all done' && refunds.length > 0 ? ['refunded although all is done'] : []),
      ...(end === 'all undone' && ticketed ? ['ticketed although all is undone'] : []),
      ...(refunds.filter(({ id }) => id.endsWith('P-1')).length > 1 ? ['refunded twice'] : []),
    ]
  }

describe('F33: every path through a saga', () => {
  it('ends all done, all undone, or with an operator', async () => {
    const { paths, ends, problems, milliseconds } = await checkSaga<Table>(trips, {
      table: memoryTable,
      balance: balanceOf(1),
    })
    console.info(`${paths} paths in ${milliseconds} ms: ${JSON.stringify(ends)}`)
    expect(problems.slice(0, 5)).toEqual([])
    expect(Math.min(...Object.values(ends))).toBeGreaterThan(0)
  }, 60_000)

  it('holds with branches side by side, choices and no pivot', async () => {
    const subject = { ...trips, saga: returnSaga, handlers: [passport, book, pay] }
    const { paths, ends, problems, milliseconds } = await checkSaga<Table>(subject, {
      table: memoryTable,
      balance: balanceOf(3),
      deviations: 0,
    })
    console.info(`${paths} paths in ${milliseconds} ms: ${JSON.stringify(ends)}`)
    expect(problems.slice(0, 5)).toEqual([])
  }, 60_000)

  it('is told of, with its fate, where a compensation does nothing', async () => {
    const idle = sagaStep(
      import.meta,
      { id: 'trips.book-flight', step: BookFlight, stores: { deeds } },
      {
        act({ tripId }, unit) {
          unit.deeds.save({ id: `book ${tripId}`, done: 1, undone: 0 })
          return { bookingId: `B-${tripId}`, price: 100 }
        },
        compensate: () => {},
      },
    )
    const broken = { ...trips, handlers: [idle, pay, ticket, tell] }
    const { problems } = await checkSaga<Table>(broken, {
      table: memoryTable,
      balance: balanceOf(1),
      stopAtFirstProblem: true,
    })
    expect(problems[0]).toMatch(/^booked 1, given back 0 .*"ticket":"failed".*Undo book, Undone/)
  })
})
