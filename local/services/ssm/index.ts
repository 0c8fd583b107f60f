import type { CloudContext, Service } from '../../service.ts'
import { labelActions } from './actions/labels.ts'
import { parameterActions } from './actions/parameters.ts'
import { readActions } from './actions/read.ts'
import { tagActions } from './actions/tags.ts'
import { SsmModel } from './model.ts'
import { ssmResources } from './resources.ts'

export const createSsm = (context: CloudContext): Service => {
  const model = new SsmModel(context.kernel, context.account, context.region)
  return {
    name: 'ssm',
    actions: {
      ...parameterActions(context, model),
      ...readActions(context, model),
      ...labelActions(model),
      ...tagActions(model),
    },
    resources: ssmResources(context),
  }
}
