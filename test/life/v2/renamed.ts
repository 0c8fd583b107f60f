import { consumer } from '../../../messaging/index.ts'
import { Registered } from './contracts.ts'

/** `mail.greet` under another id. */
export const handler = consumer(import.meta, { id: 'mail.welcome', on: Registered }, () => {})
