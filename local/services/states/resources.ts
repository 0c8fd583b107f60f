import type { CloudContext, ResourceType } from '../../service.ts'
import { activityResource } from './resources/activity.ts'
import { statesCall } from './resources/call.ts'
import { stateMachineResource } from './resources/state-machine.ts'
import { aliasResource, versionResource } from './resources/versions.ts'

/** CloudFormation resource types of Step Functions. */
export function statesResources(context: CloudContext): Record<string, ResourceType> {
  const call = statesCall(context)
  return {
    'AWS::StepFunctions::Activity': activityResource(call),
    'AWS::StepFunctions::StateMachine': stateMachineResource(call),
    'AWS::StepFunctions::StateMachineVersion': versionResource(call),
    'AWS::StepFunctions::StateMachineAlias': aliasResource(call),
  }
}
