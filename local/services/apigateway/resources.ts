import { NotSimulated } from '../../errors.ts'
import type { CloudContext, Properties, ResourceType } from '../../service.ts'
import { unknownVariables } from './access-log.ts'
import type { Cors } from './cors.ts'
import { type Api, readRouteKey } from './model.ts'

/** API Gateway's limit of an integration. */
const MAX_TIMEOUT_MS = 30_000

/** CloudFormation resource types of HTTP APIs. There is no management API: templates alone make them. */
export function apiResources(context: CloudContext, apis: Map<string, Api>): Readonly<Record<string, ResourceType>> {
  const id = (purpose: string) =>
    BigInt(`0x${context.kernel.random.hex(`apigateway ${purpose}`)}`)
      .toString(36)
      .padStart(10, '0')
      .slice(0, 10)
  const apiOf = (properties: Properties): Api => {
    const api = apis.get(String(properties.ApiId))
    if (!api)
      throw new NotSimulated(`an HTTP API ${properties.ApiId}`, 'ApiId must be the Ref of an AWS::ApiGatewayV2::Api.')
    return api
  }
  return {
    'AWS::ApiGatewayV2::Api': apiResource(context, apis, id),
    'AWS::ApiGatewayV2::Integration': integrationResource(apiOf, id),
    'AWS::ApiGatewayV2::Route': routeResource(apiOf, id),
    'AWS::ApiGatewayV2::Stage': stageResource(apiOf),
  }
}

type NewId = (purpose: string) => string
type FindApi = (properties: Properties) => Api

const apiResource = (context: CloudContext, apis: Map<string, Api>, newId: NewId): ResourceType => ({
  properties: ['Name', 'ProtocolType', 'CorsConfiguration'],
  noEffect: {
    Description: 'shown nowhere',
    Tags: 'shown nowhere',
    DisableExecuteApiEndpoint: 'there are no custom domain names, so the endpoint stays',
    RouteSelectionExpression: 'HTTP APIs have one only',
  },
  async create(properties, resource) {
    if (properties.ProtocolType !== 'HTTP')
      throw new NotSimulated(`APIs of protocol ${properties.ProtocolType}`, 'Use ProtocolType HTTP.')
    const id = newId('api')
    const name = String(properties.Name ?? resource.physicalName(128))
    const cors = corsOf(properties.CorsConfiguration as Properties | undefined)
    apis.set(id, { id, name, cors, routes: new Map(), integrations: new Map(), stages: new Map() })
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: `${context.endpoint()}/_aws/execute-api/${id}` } }
  },
  async update(id, properties, previous) {
    const api = apis.get(id)
    if (!api || properties.ProtocolType !== previous.ProtocolType) return undefined
    const cors = corsOf(properties.CorsConfiguration as Properties | undefined)
    apis.set(id, { ...api, name: String(properties.Name ?? api.name), cors })
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: `${context.endpoint()}/_aws/execute-api/${id}` } }
  },
  async delete(id) {
    apis.delete(id)
  },
})

function corsOf(properties: Properties | undefined): Cors | undefined {
  if (!properties) return undefined
  const texts = (name: string) => ((properties[name] ?? []) as unknown[]).map(String)
  return {
    allowOrigins: texts('AllowOrigins'),
    allowMethods: texts('AllowMethods'),
    allowHeaders: texts('AllowHeaders'),
    exposeHeaders: texts('ExposeHeaders'),
    allowCredentials: String(properties.AllowCredentials) === 'true',
    maxAge: properties.MaxAge === undefined ? undefined : Number(properties.MaxAge),
  }
}

const integrationResource = (apiOf: FindApi, newId: NewId): ResourceType => ({
  properties: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
  noEffect: { Description: 'shown nowhere', IntegrationMethod: 'functions are always invoked by POST' },
  async create(properties) {
    const api = apiOf(properties)
    const id = newId('integration')
    api.integrations.set(id, { id, ...integrationOf(properties) })
    return { ref: id, attributes: { IntegrationId: id } }
  },
  async update(id, properties, previous) {
    if (properties.ApiId !== previous.ApiId) return undefined
    apiOf(properties).integrations.set(id, { id, ...integrationOf(properties) })
    return { ref: id, attributes: { IntegrationId: id } }
  },
  async delete(id, properties) {
    apiOf(properties).integrations.delete(id)
  },
})

function integrationOf({ IntegrationType, IntegrationUri, PayloadFormatVersion, TimeoutInMillis }: Properties) {
  if (IntegrationType !== 'AWS_PROXY')
    throw new NotSimulated(`integrations of type ${IntegrationType}`, 'Use AWS_PROXY with a Lambda function.')
  if (PayloadFormatVersion !== '2.0')
    throw new NotSimulated(`the payload format ${PayloadFormatVersion}`, "Set PayloadFormatVersion to '2.0'.")
  const uri = String(IntegrationUri)
  const functionArn = /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri
  if (!/^arn:aws[a-z-]*:lambda:/.test(functionArn))
    throw new NotSimulated(`integrations with ${uri}`, 'IntegrationUri must name a Lambda function.')
  const timeout = Number(TimeoutInMillis ?? MAX_TIMEOUT_MS)
  if (timeout < 50 || timeout > MAX_TIMEOUT_MS)
    throw new NotSimulated(
      `an integration timeout of ${timeout} ms`,
      `TimeoutInMillis is from 50 to ${MAX_TIMEOUT_MS}.`,
    )
  return { functionArn, timeout }
}

const routeResource = (apiOf: FindApi, newId: NewId): ResourceType => ({
  properties: ['ApiId', 'RouteKey', 'Target', 'AuthorizationType'],
  noEffect: { OperationName: 'shown nowhere' },
  async create(properties) {
    const id = newId('route')
    apiOf(properties).routes.set(id, { id, ...routeOf(properties) })
    return { ref: id, attributes: { RouteId: id } }
  },
  async update(id, properties, previous) {
    if (properties.ApiId !== previous.ApiId) return undefined
    apiOf(properties).routes.set(id, { id, ...routeOf(properties) })
    return { ref: id, attributes: { RouteId: id } }
  },
  async delete(id, properties) {
    apiOf(properties).routes.delete(id)
  },
})

function routeOf({ RouteKey, Target, AuthorizationType = 'NONE' }: Properties) {
  const key = String(RouteKey)
  const read = readRouteKey(key)
  if (!read) throw new NotSimulated(`the route key ${key}`, 'A route key is `METHOD /path` or `$default`.')
  if (AuthorizationType !== 'NONE' && AuthorizationType !== 'AWS_IAM')
    throw new NotSimulated(`authorization by ${AuthorizationType} (route ${key})`, 'Use AWS_IAM or NONE.')
  const integrationId = /^integrations\/(.+)$/.exec(String(Target))?.[1]
  if (!integrationId) throw new NotSimulated(`the target ${Target} of route ${key}`, 'A target is `integrations/<id>`.')
  return { key, ...read, integrationId, requiresIam: AuthorizationType === 'AWS_IAM' }
}

const stageResource = (apiOf: FindApi): ResourceType => ({
  properties: ['ApiId', 'StageName', 'AccessLogSettings', 'StageVariables', 'AutoDeploy'],
  noEffect: {
    DefaultRouteSettings: 'requests are not throttled, and metrics are always kept by API and stage',
    RouteSettings: 'requests are not throttled, and metrics are always kept by API and stage',
    Description: 'shown nowhere',
    Tags: 'shown nowhere',
  },
  async create(properties) {
    const stage = stageOf(properties)
    apiOf(properties).stages.set(stage.name, stage)
    return { ref: stage.name, attributes: {} }
  },
  async update(name, properties, previous) {
    if (properties.ApiId !== previous.ApiId || properties.StageName !== previous.StageName) return undefined
    apiOf(properties).stages.set(name, stageOf(properties))
    return { ref: name, attributes: {} }
  },
  async delete(name, properties) {
    apiOf(properties).stages.delete(name)
  },
})

function stageOf({ StageName, AccessLogSettings, StageVariables, AutoDeploy }: Properties) {
  if (String(AutoDeploy) !== 'true')
    throw new NotSimulated('stages that are deployed by hand', 'Set AutoDeploy to true.')
  const log = AccessLogSettings as { DestinationArn?: string; Format?: string } | undefined
  const format = log?.Format ?? ''
  const unknown = unknownVariables(format)
  if (unknown.length > 0)
    throw new NotSimulated(`the access log variables ${unknown.join(', ')}`, 'Leave them out of the format.')
  const group = /:log-group:([^:]+)/.exec(log?.DestinationArn ?? '')?.[1]
  if (log && !group) throw new NotSimulated(`access logs to ${log.DestinationArn}`, 'Use a CloudWatch log group.')
  return {
    name: String(StageName),
    variables: (StageVariables ?? {}) as Readonly<Record<string, string>>,
    accessLog: group === undefined ? undefined : { group, format },
  }
}
