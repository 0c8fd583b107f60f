import { SFNClient, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnySaga, allOf, compileSaga, equals, isGiven, saga } from '../../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { BookFlight, CheckPassport, IssueTicket, TakePayment, TripInput, targetsOf, tripSaga } from './example.ts'

describe('a compiled saga', () => {
  let cloud: TestCloud
  let sfn: SFNClient
  beforeAll(async () => {
    cloud = await startTestCloud()
    sfn = cloud.client(SFNClient)
  })
  afterAll(() => cloud.stop())

  const validated = async (one: AnySaga) => {
    const definition = JSON.stringify(compileSaga(one, targetsOf(one)))
    return await sfn.send(new ValidateStateMachineDefinitionCommand({ definition, type: 'STANDARD' }))
  }

  it('is fine with Step Functions', async () => {
    expect(await validated(tripSaga)).toMatchObject({ result: 'OK', diagnostics: [] })
  })

  it('is fine with Step Functions when it has branches, choices and no pivot', async () => {
    const branching = saga(
      'trips.Branching',
      { input: TripInput, key: (trip) => trip.tripId, deadline: '1h' },
      (flow) =>
        flow
          .step('passport', CheckPassport, { input: ({ input }) => ({ tripId: input.tripId }) })
          .parallel(
            'both',
            (one) => one.step('there', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: input.to }) }),
            (two) =>
              two
                .step('back', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: 'home' }) })
                .step('seat', BookFlight, {
                  input: ({ input, back }) => ({ tripId: input.tripId, to: back.bookingId }),
                }),
          )
          .choose('upgrade', {
            when: ({ passport, there }) => allOf(equals(passport.valid, true), isGiven(there)),
            yes: (way) =>
              way.step('first', TakePayment, {
                input: ({ input, there }) => ({ tripId: input.tripId, amount: there.price }),
                answerWithin: '10m',
                heartbeat: '1m',
              }),
          }),
    )
    expect(await validated(branching)).toMatchObject({ result: 'OK', diagnostics: [] })
  })

  it('is the same whenever it is compiled', () => {
    expect(compileSaga(tripSaga, targetsOf(tripSaga))).toEqual(compileSaga(tripSaga, targetsOf(tripSaga)))
    expect(IssueTicket.undo).toBe('impossible')
  })
})
