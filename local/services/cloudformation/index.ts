import type { CloudContext } from '../../service.ts'
import { CloudFormation } from './cloudformation.ts'

export type { CloudFormation } from './cloudformation.ts'

export const createCloudFormation = (context: CloudContext): CloudFormation => new CloudFormation(context)
