import { sagaStep } from '../../../messaging/index.ts'
import { Approve } from './review-saga.ts'
import { readings } from './stores.ts'

export const handler = sagaStep(
  import.meta,
  { id: 'catalogue.approve', step: Approve, stores: { readings } },
  {
    act: (figures, unit) => {
      unit.readings.save(figures)
      return {}
    },
  },
)
