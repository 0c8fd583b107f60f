import type { CloudContext, Service } from '../../service.ts'
import { stsActions } from './api.ts'

export const createSts = (context: CloudContext): Service => ({
  name: 'sts',
  actions: stsActions(context),
  resources: {},
})
