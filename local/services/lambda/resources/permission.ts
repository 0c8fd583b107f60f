import type { Properties, ResourceType } from '../../../service.ts'
import { type CallLambda, present } from './call.ts'

export const permissionResource = (call: CallLambda): ResourceType => ({
  properties: ['FunctionName', 'Action', 'Principal', 'SourceArn', 'SourceAccount', 'PrincipalOrgID'],
  async create(properties, resource) {
    const StatementId = resource.physicalName(100)
    const { FunctionName, Action, Principal, SourceArn, SourceAccount, PrincipalOrgID } = properties
    await call('AddPermission', {
      FunctionName,
      StatementId,
      Action,
      Principal,
      ...present({ SourceArn, SourceAccount, PrincipalOrgID }),
    })
    return { ref: StatementId, attributes: { Id: StatementId } }
  },
  async delete(StatementId: string, { FunctionName }: Properties) {
    await call('RemovePermission', { FunctionName, StatementId })
  },
})
