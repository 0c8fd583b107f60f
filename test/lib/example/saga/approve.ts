import { sagaStep } from '../../../../messaging/index.ts'
import { Approve } from './contracts.ts'

export const handler = sagaStep(import.meta, { id: 'trips.approve', step: Approve }, { act() {}, compensate() {} })
