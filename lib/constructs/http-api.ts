import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib'
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { EndpointDeclaration } from '../../messaging/index.ts'
import { consumerName, parameters } from '../../messaging/names.ts'
import { functionArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { keepData } from './mode.ts'
import { apiLogGroupName } from './resource-names.ts'

export interface HttpApiOptions {
  /** Requests per second that every route together lets through for long. @default 500 */
  readonly rateLimit?: number
  /** Requests that may come at once. @default 1000 */
  readonly burstLimit?: number
}

/** All endpoints of the app behind one HTTP API. Callers sign their requests: IAM decides who may call which route. */
export class HttpApi extends Construct {
  readonly #backbone: Backbone
  readonly #api: CfnApi

  constructor(scope: Construct, id: string, props: HttpApiOptions & { readonly backbone: Backbone }) {
    super(scope, id)
    const { app, system } = props.backbone
    this.#backbone = props.backbone
    this.#api = new CfnApi(this, 'Api', { name: app, protocolType: 'HTTP' })
    this.#stage(props)
    for (const service of system.services) for (const { declaration } of service.endpoints) this.#route(declaration)
    const url = this.#api.attrApiEndpoint
    new CfnParameter(this, 'Url', { name: parameters.api(app), type: 'String', value: url })
    new CfnOutput(this, 'Output', { value: url, description: 'Where the routes begin' }).overrideLogicalId('ApiUrl')
  }

  #stage({ rateLimit = 500, burstLimit = 1000 }: HttpApiOptions): void {
    const { app, mode } = this.#backbone
    const logs = new CfnLogGroup(this, 'AccessLog', {
      logGroupName: apiLogGroupName(app),
      retentionInDays: mode === 'production' ? 90 : 7,
    })
    keepData(mode, logs)
    new CfnStage(this, 'Stage', {
      apiId: this.#api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: rateLimit,
        throttlingBurstLimit: burstLimit,
        detailedMetricsEnabled: true,
      },
      accessLogSettings: { destinationArn: logs.attrArn, format: accessLogFormat },
    })
  }

  #route({ id, method, path, timeout }: EndpointDeclaration): void {
    const local = id.replaceAll(/[.-]/g, '')
    const arn = functionArn(this, consumerName(this.#backbone.app, id))
    const integration = new CfnIntegration(this, `Integration${local}`, {
      apiId: this.#api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: arn,
      payloadFormatVersion: '2.0',
      timeoutInMillis: Math.min(timeout + 1000, 30_000),
    })
    new CfnRoute(this, `Route${local}`, {
      apiId: this.#api.ref,
      routeKey: `${method} ${path}`,
      authorizationType: 'AWS_IAM',
      target: `integrations/${integration.ref}`,
    })
    new CfnPermission(this, `Permission${local}`, {
      action: 'lambda:InvokeFunction',
      functionName: arn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: `${this.#api.ref}/*/${method}${path.replaceAll(/\{[^}]*\}/g, '*')}`,
        arnFormat: ArnFormat.NO_RESOURCE_NAME,
      }),
    })
  }
}

const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  latency: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
})
