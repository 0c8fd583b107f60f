import * as z from 'zod'
import { command, event } from '../../../messaging/index.ts'

const schema = z.object({ id: z.string(), name: z.string() })
const key = ({ id }: { id: string }): string => id

export const Register = command('people.Register', { schema, key })
export const Registered = event('people.Registered', { schema, key })

/** In the order of its person's names. */
export const Rename = command('people.Rename', { ordered: true, schema, key })
