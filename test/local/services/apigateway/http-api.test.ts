import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { writeAssembly } from '../../assembly/support.ts'
import { createRole } from '../lambda/support/function.ts'

/** CloudFormation's own placeholders in a Fn::Sub. */
const sub = (name: string) => `\${${name}}`

/** A stack with one function behind an API; `code` is CommonJS. */
function stack(code: string, routes: Record<string, object>, more: Record<string, unknown> = {}) {
  const resources: Record<string, unknown> = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { ZipFile: code },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Timeout: 60,
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'test', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true, StageVariables: { colour: 'red' } },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Fn', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { Ref: 'Fn' },
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': `arn:aws:execute-api:us-east-1:000000000000:${sub('Api')}/*` },
      },
    },
  }
  for (const [index, [RouteKey, properties]] of Object.entries(routes).entries())
    resources[`Route${index}`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey,
        Target: { 'Fn::Sub': `integrations/${sub('Integration')}` },
        ...properties,
      },
    }
  return {
    template: {
      Resources: { ...resources, ...more },
      Outputs: { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } }, Id: { Value: { Ref: 'Api' } } },
    },
  }
}

const signed = (accessKeyId = 'test') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00`,
})

describe('an HTTP API', () => {
  let cloud: TestCloud
  let url = ''
  let id: string
  beforeAll(async () => {
    cloud = await startTestCloud({ clock: 'auto' })
  })
  // The assembly's folder is removed with the test that wrote it; the stack lives on.
  beforeEach(async () => {
    if (url) return
    const code = `exports.handler = async (event) => {
      const answer = event.headers['x-answer']
      if (event.headers['x-sleep']) await new Promise((resolve) => setTimeout(resolve, Number(event.headers['x-sleep'])))
      if (event.headers['x-throw']) throw new Error('no')
      return answer ? JSON.parse(answer) : { event } }`
    const routes = {
      'POST /orders': { AuthorizationType: 'AWS_IAM' },
      'GET /orders/{id}': {},
      'GET /orders/special': {},
      'ANY /files/{rest+}': {},
      'GET /files/{name}': {},
      'GET /': {},
    }
    const [deployed] = await cloud.deploy(writeAssembly({ http: stack(code, routes) }))
    url = deployed?.outputs.Url as string
    id = deployed?.outputs.Id as string
  })
  afterAll(() => cloud.stop())

  const routed = async (method: string, path: string) => {
    const response = await fetch(url + path, { method })
    const body = (await response.json()) as { event?: { routeKey: string; pathParameters?: object } }
    return body.event ? [body.event.routeKey, body.event.pathParameters] : response.status
  }

  test('picks the most specific route', async () => {
    expect(await routed('GET', '/orders/special')).toEqual(['GET /orders/special', undefined])
    expect(await routed('GET', '/orders/a%20b')).toEqual(['GET /orders/{id}', { id: 'a b' }])
    expect(await routed('GET', '/files/x')).toEqual(['GET /files/{name}', { name: 'x' }])
    expect(await routed('PUT', '/files/x')).toEqual(['ANY /files/{rest+}', { rest: 'x' }])
    expect(await routed('GET', '/files/x/y/z')).toEqual(['ANY /files/{rest+}', { rest: 'x/y/z' }])
    expect(await routed('GET', '/')).toEqual(['GET /', undefined])
    expect(await routed('GET', '/orders/100%')).toEqual(['GET /orders/{id}', { id: '100%' }])
    expect(await routed('GET', '/unknown')).toBe(404)
    expect(await routed('GET', '/orders/')).toBe(404)
    expect(await routed('PUT', '/files/')).toBe(404)
    expect(await routed('PATCH', '/orders/1')).toBe(404)
  })

  test('hands the function the event of payload format 2.0', async () => {
    const response = await fetch(`${url}/orders?a=1&a=2&b=x%20y`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'c1=1; c2=2', 'X-Custom': 'Value', ...signed() },
      body: '{"n":1}',
    })
    const { event } = (await response.json()) as { event: object }
    const domain = new URL(url).host
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /orders',
      rawPath: '/orders',
      rawQueryString: 'a=1&a=2&b=x%20y',
      cookies: ['c1=1', 'c2=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'x-custom': 'Value',
        'x-forwarded-proto': 'https',
        'content-length': '7',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      }),
      queryStringParameters: { a: '1,2', b: 'x y' },
      requestContext: {
        accountId: '000000000000',
        apiId: id,
        authorizer: {
          iam: {
            accessKey: 'test',
            accountId: '000000000000',
            callerId: '000000000000',
            cognitoIdentity: null,
            principalOrgId: '*',
            userArn: 'arn:aws:iam::000000000000:root',
            userId: '000000000000',
          },
        },
        domainName: domain,
        domainPrefix: domain.split('.')[0],
        http: {
          method: 'POST',
          path: '/orders',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: expect.any(String),
        },
        requestId: expect.stringMatching(/^[\w+/]{15}=$/),
        routeKey: 'POST /orders',
        stage: '$default',
        time: expect.stringMatching(/^01\/Jan\/2026:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      stageVariables: { colour: 'red' },
      body: '{"n":1}',
      isBase64Encoded: false,
    })
    expect(event).not.toHaveProperty('headers.cookie')
  })

  test('bodies that are no text reach the function in base64', async () => {
    const send = async (type: string) => {
      const response = await fetch(`${url}/files/x`, { method: 'PUT', body: 'a=b', headers: { 'content-type': type } })
      const { event } = (await response.json()) as { event: { body: string; isBase64Encoded: boolean } }
      return [event.body, event.isBase64Encoded]
    }
    expect(await send('text/csv')).toEqual(['a=b', false])
    expect(await send('application/vnd.api+json')).toEqual(['a=b', false])
    expect(await send('application/octet-stream')).toEqual(['YT1i', true])
    expect(await send('application/x-www-form-urlencoded')).toEqual(['YT1i', true])
  })

  const answered = async (answer: unknown) => {
    const response = await fetch(`${url}/`, { headers: { 'x-answer': JSON.stringify(answer) } })
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
      response,
    }
  }

  test('takes an answer without statusCode as the body', async () => {
    expect(await answered({ message: 'hi' })).toMatchObject({
      status: 200,
      type: 'application/json',
      body: '{"message":"hi"}',
    })
    expect(await answered('plain')).toMatchObject({ status: 200, type: 'application/json', body: 'plain' })
  })

  test('takes status, headers, cookies and base64 from an answer with statusCode', async () => {
    const { response, ...answer } = await answered({
      statusCode: 201,
      headers: { 'X-One': 'a' },
      cookies: ['a=1', 'b=2; Secure'],
      body: 'text',
    })
    expect(answer).toEqual({ status: 201, type: 'text/plain; charset=utf-8', body: 'text' })
    expect(response.headers.get('x-one')).toBe('a')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; Secure'])
    expect(await answered({ statusCode: '202', isBase64Encoded: true, body: 'aGk=' })).toMatchObject({
      status: 202,
      body: 'hi',
    })
    expect(await answered({ statusCode: 204 })).toMatchObject({ status: 204, body: '', type: null })
  })

  test('answers 500 for a function error, a body that is no text and a status that is none', async () => {
    const wrong = { status: 500, body: '{"message":"Internal Server Error"}' }
    const thrown = await fetch(`${url}/`, { headers: { 'x-throw': '1' } })
    expect({ status: thrown.status, body: await thrown.text() }).toEqual(wrong)
    expect(await answered({ statusCode: 200, body: { a: 1 } })).toMatchObject(wrong)
    expect(await answered({ statusCode: 'fine' })).toMatchObject(wrong)
  })

  test('answers 503 when the integration takes longer than 30 s of the clock', async () => {
    const start = cloud.clock.now()
    const response = await fetch(`${url}/`, { headers: { 'x-sleep': '40000' } })
    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 503,
      body: '{"message":"Service Unavailable"}',
    })
    expect(cloud.clock.now() - start).toBe(30_000)
  })

  test('a route with AWS_IAM refuses who is not signed, and roles without execute-api:Invoke', async () => {
    const refused = await fetch(`${url}/orders`, { method: 'POST' })
    const forbidden = { status: 403, body: '{"message":"Forbidden"}' }
    expect({ status: refused.status, body: await refused.text() }).toEqual(forbidden)
    const asRole = async (name: string, actions: readonly string[]) => {
      const role = await createRole(cloud, name, actions)
      const keys = cloud.context.service<Iam>('iam').issueSession(role, 'session')
      const headers = { ...signed(keys.accessKeyId), 'x-amz-security-token': keys.sessionToken }
      const response = await fetch(`${url}/orders`, { method: 'POST', headers })
      return { status: response.status, body: await response.text() }
    }
    expect(await asRole('may-not', ['sqs:SendMessage'])).toEqual(forbidden)
    expect(await asRole('may', ['execute-api:Invoke'])).toMatchObject({ status: 200 })
  })

  test('is found by its host, too', async () => {
    const request = await import('node:http')
    const status = await new Promise((resolve) => {
      const { hostname, port } = new URL(url)
      request.get(
        { hostname, port, path: '/orders/7', headers: { host: `${id}.execute-api.us-east-1.amazonaws.com` } },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
    })
    expect(status).toBe(200)
  })
})

test('answers 500 where the function has no permission for this API', async () => {
  const cloud = await startTestCloud({ clock: 'auto' })
  try {
    const { template } = stack('exports.handler = async () => 1', { 'GET /': {} })
    const { Permission: _, ...Resources } = template.Resources as Record<string, unknown>
    const [deployed] = await cloud.deploy(writeAssembly({ denied: { template: { ...template, Resources } } }))
    expect((await fetch(`${deployed?.outputs.Url}/`)).status).toBe(500)
  } finally {
    await cloud.stop()
  }
})

test('refuses in words what it does not simulate', async () => {
  const cloud = await startTestCloud()
  try {
    const deploy = (routes: Record<string, object>) =>
      cloud.deploy(writeAssembly({ refused: stack('exports.handler = 1', routes) }))
    await expect(deploy({ 'GET /': { AuthorizationType: 'JWT' } })).rejects.toThrow(/authorization by JWT/)
    await expect(deploy({ 'GET orders': {} })).rejects.toThrow(/the route key GET orders/)
  } finally {
    await cloud.stop()
  }
})

test('a named stage writes its access log and counts its requests', async () => {
  const cloud = await startTestCloud({ clock: 'auto' })
  try {
    const { template } = stack('exports.handler = async (event) => ({ path: event.rawPath })', { 'GET /x': {} })
    const Group = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/api/access' } }
    const Stage = {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: { Ref: 'Api' },
        StageName: 'v1',
        AutoDeploy: true,
        AccessLogSettings: {
          DestinationArn: { 'Fn::GetAtt': ['Group', 'Arn'] },
          Format:
            '$context.httpMethod $context.routeKey $context.status $context.stage $context.integrationErrorMessage',
        },
      },
    }
    const Resources = { ...template.Resources, Group, Stage }
    const [deployed] = await cloud.deploy(writeAssembly({ logged: { template: { ...template, Resources } } }))
    const url = deployed?.outputs.Url as string
    expect(await (await fetch(`${url}/v1/x`)).json()).toEqual({ path: '/v1/x' })
    expect((await fetch(`${url}/x`)).status).toBe(404)
    const { events } = await cloud
      .client(CloudWatchLogsClient)
      .send(new FilterLogEventsCommand({ logGroupName: '/api/access' }))
    expect(events?.map(({ message }) => message)).toEqual(['GET GET /x 200 v1 -'])
    const { Datapoints } = await cloud.client(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/ApiGateway',
        MetricName: 'Count',
        Dimensions: [{ Name: 'ApiId', Value: String(deployed?.outputs.Id) }],
        StartTime: new Date(cloud.clock.now() - 60_000),
        EndTime: new Date(cloud.clock.now() + 60_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    )
    expect(Datapoints?.[0]?.Sum).toBe(1)
  } finally {
    await cloud.stop()
  }
})

test('an API with cross-origin rules answers preflights itself and puts its own headers on answers', async () => {
  const cloud = await startTestCloud({ clock: 'auto' })
  try {
    const code = `exports.handler = async () => ({ statusCode: 200, headers: { 'access-control-allow-origin': 'https://own' }, body: 'x' })`
    const { template } = stack(code, { 'GET /x': {} })
    const CorsConfiguration = {
      AllowOrigins: ['https://shop.example'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['x-a'],
      MaxAge: 60,
    }
    const Api = {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: 'test', ProtocolType: 'HTTP', CorsConfiguration },
    }
    const Resources = { ...template.Resources, Api }
    const [deployed] = await cloud.deploy(writeAssembly({ cors: { template: { ...template, Resources } } }))
    const ask = async (method: string, origin: string) => {
      const headers = { origin, ...(method === 'OPTIONS' ? { 'access-control-request-method': 'GET' } : {}) }
      const response = await fetch(`${deployed?.outputs.Url}/x`, { method, headers })
      const found = [...response.headers].filter(([name]) => name.startsWith('access-control-'))
      return [
        response.status,
        Object.fromEntries(found.map(([name, value]) => [name.slice('access-control-'.length), value])),
      ]
    }
    const allowed = { 'allow-origin': 'https://shop.example' }
    expect(await ask('OPTIONS', 'https://shop.example')).toEqual([
      204,
      { ...allowed, 'allow-methods': 'GET,POST', 'allow-headers': 'x-a', 'max-age': '60' },
    ])
    expect(await ask('OPTIONS', 'https://other.example')).toEqual([204, {}])
    expect(await ask('GET', 'https://shop.example')).toEqual([200, allowed])
    expect(await ask('GET', 'https://other.example')).toEqual([200, {}])
  } finally {
    await cloud.stop()
  }
})
