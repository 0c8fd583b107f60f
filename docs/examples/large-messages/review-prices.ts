import { consumer } from '../../../messaging/index.ts'
import { PricesImported } from './contracts.ts'
import { figuresOf } from './figures.ts'
import { reviewSaga } from './review-saga.ts'

export const handler = consumer(
  import.meta,
  { id: 'catalogue.review-prices', on: PricesImported, sagas: { starts: [reviewSaga] } },
  (list, unit) => unit.startSaga(reviewSaga, figuresOf(list)),
)
