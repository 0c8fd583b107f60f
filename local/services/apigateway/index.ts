import type { CloudContext, Service } from '../../service.ts'
import type { Api } from './model.ts'
import { apiResources } from './resources.ts'
import { ApiServer } from './serve.ts'

/** HTTP APIs of API Gateway (version 2). They are made by templates; no management action is simulated. */
export function createApiGateway(context: CloudContext): Service {
  const apis = new Map<string, Api>()
  const server = new ApiServer(context, apis)
  return {
    name: 'apigateway',
    actions: {},
    resources: apiResources(context, apis),
    http: (request) => server.serve(request),
  }
}
