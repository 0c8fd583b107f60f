import type { CloudContext, Service } from '../../service.ts'
import { parameterActions } from './actions/parameters.ts'
import { readActions } from './actions/read.ts'
import { SsmModel } from './model.ts'
import { ssmResources } from './resources.ts'

export const createSsm = (context: CloudContext): Service => {
  const model = new SsmModel(context.kernel, context.account, context.region)
  return {
    name: 'ssm',
    actions: { ...parameterActions(context, model), ...readActions(context, model) },
    resources: ssmResources(context),
  }
}
