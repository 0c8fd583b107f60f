import * as z from 'zod'
import { command, event } from '../../../messaging/index.ts'

const schema = z.object({ key: z.string(), n: z.number() })
const key = (data: { key: string }): string => data.key

export const TellNews = command('orders.TellNews', { schema, key })
export const NewsTold = event('orders.NewsTold', { schema, key })
export const TakeStep = command('orders.TakeStep', { schema, key })
export const StepTaken = event('orders.StepTaken', { schema, key, ordered: true })
