import * as z from 'zod'
import { command, event } from '../../../messaging/index.ts'

const schema = z.object({ id: z.string(), first: z.string(), last: z.string() })
const key = ({ id }: { id: string }): string => id

/** Version 1 had one name. */
const upcast = {
  1: ({ id, name }: { id: string; name: string }) => {
    const [first = '', ...rest] = name.split(' ')
    return { id, first, last: rest.join(' ') }
  },
}

export const Register = command('people.Register', { version: 2, schema, key, upcast })
export const Registered = event('people.Registered', { version: 2, schema, key, upcast })

/** In the order of its person's names. */
export const Rename = command('people.Rename', { version: 2, ordered: true, schema, key, upcast })
