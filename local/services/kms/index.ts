import type { CloudContext } from '../../service.ts'
import { Kms } from './kms.ts'

export type { Kms } from './kms.ts'
export { checkKeyUse } from './permission.ts'

export const createKms = (context: CloudContext): Kms => new Kms(context)
