import { consumer } from '../../../messaging/index.ts'
import { NewsTold } from './contracts.ts'
import { effects } from './effects.ts'

export const handler = consumer(
  import.meta,
  { id: 'shipping.hear-news', on: NewsTold, stores: { effects } },
  async ({ n }, unit) => {
    const { numbers = [] } = (await unit.effects.get('news')) ?? {}
    unit.effects.save({ key: 'news', numbers: [...numbers, n] })
  },
)
