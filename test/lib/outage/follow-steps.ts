import { consumer } from '../../../messaging/index.ts'
import { StepTaken } from './contracts.ts'
import { effects } from './effects.ts'

export const handler = consumer(
  import.meta,
  { id: 'shipping.follow-steps', on: StepTaken, stores: { effects }, delivery: { ordered: true } },
  async ({ key, n }, unit) => {
    const { numbers = [] } = (await unit.effects.get(`steps-${key}`)) ?? {}
    unit.effects.save({ key: `steps-${key}`, numbers: [...numbers, n] })
  },
)
