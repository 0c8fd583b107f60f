import { SFNClient, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnySaga, compileSaga } from '../../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { IssueTicket, returnSaga, targetsOf, tripSaga } from './example.ts'

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
    expect(await validated(returnSaga)).toMatchObject({ result: 'OK', diagnostics: [] })
  })

  it('lets an operator try a pivot of which nobody knows again from the front, or turn back', () => {
    const { Resume } = compileSaga(tripSaga, targetsOf(tripSaga)).States
    expect(Resume?.Choices).toEqual(
      expect.arrayContaining([
        { Condition: "{% $verdict = 'retry' and $stuck.state = 'Settle ticket' %}", Next: 'book' },
        { Condition: "{% $verdict = 'skip' and $stuck.state = 'Settle ticket' %}", Next: 'Undo pay' },
        { Condition: "{% $verdict = 'skip' and $stuck.state = 'tell' %}", Next: 'Done' },
      ]),
    )
  })

  it('is the same whenever it is compiled', () => {
    expect(compileSaga(tripSaga, targetsOf(tripSaga))).toEqual(compileSaga(tripSaga, targetsOf(tripSaga)))
    expect(IssueTicket.undo).toBe('impossible')
  })
})
