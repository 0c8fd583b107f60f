import type { CloudContext, ResourceType } from '../../service.ts'
import type { CodeStore } from './model/code.ts'
import { lambdaCall } from './resources/call.ts'
import { eventInvokeConfigResource } from './resources/event-invoke-config.ts'
import { eventSourceMappingResource } from './resources/event-source-mapping.ts'
import { functionResource } from './resources/function.ts'
import { permissionResource } from './resources/permission.ts'
import { aliasResource, versionResource } from './resources/versions.ts'

/** CloudFormation resource types of Lambda. */
export function lambdaResources(context: CloudContext, code: CodeStore): Readonly<Record<string, ResourceType>> {
  const call = lambdaCall(context)
  return {
    'AWS::Lambda::Function': functionResource(call, code),
    'AWS::Lambda::EventSourceMapping': eventSourceMappingResource(call),
    'AWS::Lambda::Permission': permissionResource(call),
    'AWS::Lambda::Version': versionResource(call),
    'AWS::Lambda::Alias': aliasResource(call),
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfigResource(call),
  }
}
