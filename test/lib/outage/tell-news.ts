import { worker } from '../../../messaging/index.ts'
import { NewsTold, TellNews } from './contracts.ts'

/** Only publishes: its messages leave with their marks. */
export const handler = worker(
  import.meta,
  { id: 'orders.tell-news', on: TellNews, publishes: [NewsTold] },
  (news, unit) => unit.publish(NewsTold, news),
)
