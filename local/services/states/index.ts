import type { CloudContext, Service } from '../../service.ts'
import type { Iam } from '../iam/index.ts'
import { activityActions } from './actions/activities.ts'
import { aliasActions } from './actions/aliases.ts'
import { executionActions } from './actions/executions.ts'
import { machineActions } from './actions/machines.ts'
import { mapRunActions } from './actions/map-runs.ts'
import { redriveAction } from './actions/redrive.ts'
import { startActions } from './actions/start.ts'
import { tagActions } from './actions/tags.ts'
import { taskActions } from './actions/tasks.ts'
import { testStateAction } from './actions/test-state.ts'
import { validateAction } from './actions/validate.ts'
import { versionActions } from './actions/versions.ts'
import { MapRuns } from './execution/map/map-runs.ts'
import { Activities } from './model/activities.ts'
import { Executions } from './model/executions.ts'
import { Machines } from './model/machines.ts'
import { Tokens } from './model/tokens.ts'
import type { StatesParts } from './parts.ts'
import { statesResources } from './resources.ts'

/** Step Functions: state machines, their versions and aliases, executions, activities, task tokens. */
export function createStates(context: CloudContext): Service {
  const parts: StatesParts = {
    context,
    machines: new Machines(context.kernel, context.account, context.region),
    executions: new Executions(context, () => parts),
    mapRuns: new MapRuns(),
    activities: new Activities(context.kernel, context.account, context.region),
    tokens: new Tokens(context.kernel),
    assume: (roleArn, { name, machineArn }) =>
      context.service<Iam>('iam').assume('states.amazonaws.com', roleArn, name.slice(0, 64), machineArn),
  }
  return {
    name: 'states',
    actions: {
      ...machineActions(parts),
      ...validateAction(parts),
      ...testStateAction(parts),
      ...versionActions(parts),
      ...aliasActions(parts),
      ...startActions(parts),
      ...executionActions(parts),
      ...redriveAction(parts),
      ...mapRunActions(parts),
      ...activityActions(parts),
      ...taskActions(parts),
      ...tagActions(parts),
    },
    resources: statesResources(context),
  }
}
