import type { App, Stack } from 'aws-cdk-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import { exampleApp, templateOf } from './example/app.ts'
import { plain, type Resource, resourcesOf } from './example/resources.ts'

let app: App
let rules: readonly Resource[]
const ruleOf = (name: string) => rules.find(({ Properties }) => Properties.Name === name)?.Properties
const one = (type: string) => resourcesOf(app, type)

beforeAll(() => {
  app = exampleApp()
  rules = one('AWS::Events::Rule').filter(({ Properties }) => Properties.EventPattern !== undefined)
})

describe('rules', () => {
  it('take an event from the bus to its topic, unless it is replayed', () => {
    const rule = ruleOf('ex-orders-OrderPlaced')
    expect(rule.EventBusName).toBe('ex')
    expect(rule.EventPattern).toEqual({
      source: ['orders'],
      'detail-type': ['orders.OrderPlaced'],
      'replay-name': [{ exists: false }],
    })
    expect(rule.Targets.map((target: { Arn: unknown }) => plain(target.Arn))).toEqual([
      'arn:Partition:sns:Region:AccountId:ex-orders-OrderPlaced',
    ])
  })

  it('take a direct event straight to the queue, filtered by the pattern, with the dead letters of its consumer', () => {
    const rule = ruleOf('ex-shipping-watch-order')
    expect(rule.EventPattern).toMatchObject({
      'detail-type': ['orders.OrderSeen'],
      detail: { data: { country: ['EIRE'] } },
    })
    expect(plain(rule.Targets[0].Arn)).toBe('arn:Partition:sqs:Region:AccountId:ex-shipping-watch-order')
    expect(plain(rule.Targets[0].DeadLetterConfig.Arn)).toBe(
      'arn:Partition:sqs:Region:AccountId:ex-shipping-watch-order-undelivered',
    )
  })

  it("take every service's events to a journal, by one rule", () => {
    expect(ruleOf('ex-journal-record-event').EventPattern).toEqual({
      source: ['journal', 'orders', 'shipping'],
      'replay-name': [{ exists: false }],
    })
  })

  it('carry no ordered event: a rule can set no message group', () => {
    const onTheBus = rules.filter(({ Properties }) => Properties.EventBusName === 'ex')
    expect(onTheBus.map(({ Properties }) => Properties.Name).sort()).toEqual([
      'ex-journal-record-event',
      'ex-orders-OrderPlaced',
      'ex-shipping-watch-order',
    ])
  })

  it('each have a dead-letter queue, which lets them in', () => {
    const allowed = one('AWS::SQS::QueuePolicy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    for (const { Properties } of rules) {
      const bus = Properties.EventBusName === undefined ? '' : `${Properties.EventBusName}/`
      const own = `arn:Partition:events:Region:AccountId:rule/${bus}${Properties.Name}`
      const any = 'arn:Partition:events:Region:AccountId:rule/ex/*'
      expect(plain(Properties.Targets[0].DeadLetterConfig.Arn)).toMatch(
        /undelivered|UnroutedQueue|DeadLetters|Undelivered/,
      )
      const sources = allowed
        .filter(({ Principal }) => Principal.Service === 'events.amazonaws.com')
        .map(({ Condition }) => plain(Condition.ArnLike['aws:SourceArn']))
      expect(sources.includes(own) || sources.includes(any)).toBe(true)
    }
  })

  it('come after the subscriptions behind them', () => {
    const routes = app.node.findChild('ex-routes') as Stack
    expect(routes.dependencies.map((stack) => stack.stackName).sort()).toEqual([
      'ex-backbone',
      'ex-journal',
      'ex-orders',
      'ex-shipping',
    ])
  })

  it('lead to services that come after the backbone, whose topics they subscribe to', () => {
    for (const service of ['orders', 'shipping', 'journal']) {
      const stack = app.node.findChild(`ex-${service}`) as Stack
      expect(stack.dependencies.map(({ stackName }) => stackName)).toContain('ex-backbone')
    }
  })

  it('of one stack refer to no export of another', () => {
    for (const stack of ['backbone', 'orders', 'shipping', 'journal', 'routes']) {
      const text = JSON.stringify(templateOf(app, stack).toJSON())
      expect(text).not.toContain('Fn::ImportValue')
      expect(text).not.toContain('"Export"')
    }
  })
})

describe('the HTTP API', () => {
  it('asks IAM at every route', () => {
    const routes = one('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties)
    expect(routes.map(({ RouteKey }) => RouteKey)).toEqual(['POST /orders/{id}'])
    for (const route of routes) expect(route.AuthorizationType).toBe('AWS_IAM')
  })

  it('throttles and logs its one stage', () => {
    expect(one('AWS::ApiGatewayV2::Stage')[0]?.Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      AccessLogSettings: { Format: expect.stringContaining('$context.identity.userArn') },
    })
  })

  it('may invoke the function of its own route only', () => {
    const [permission] = one('AWS::Lambda::Permission').filter(
      ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
    )
    expect(permission?.Properties).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    })
    expect(plain(permission?.Properties.FunctionName)).toBe(
      'arn:Partition:lambda:Region:AccountId:function:ex-orders-place-order-api',
    )
    expect(plain(permission?.Properties.SourceArn)).toMatch(
      /^arn:Partition:execute-api:Region:AccountId:RoutesApi\w+\/\*\/POST\/orders\/\*$/,
    )
  })

  it('tells clients its URL by a parameter', () => {
    const url = one('AWS::SSM::Parameter').find(({ Properties }) => Properties.Name === '/penstock/ex/api')
    expect(plain(url?.Properties.Value)).toMatch(/^RoutesApi\w+\.ApiEndpoint$/)
  })
})
