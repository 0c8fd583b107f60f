import type { CloudContext } from '../../service.ts'
import { Iam } from './iam.ts'

export type { Iam } from './iam.ts'
export type { SessionKeys } from './sessions.ts'

export const createIam = (context: CloudContext): Iam => new Iam(context)
