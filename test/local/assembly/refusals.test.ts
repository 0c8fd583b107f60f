import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { parameter, type StackFile, writeAssembly } from './support.ts'

let cloud: TestCloud
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud.stop())

const deploy = (stacks: Record<string, StackFile>, parameters: Record<string, string> = {}) =>
  cloud.deploy(writeAssembly(stacks), { parameters })

describe('what cannot run', () => {
  it('is told all at once, before anything is created', async () => {
    const count = async () => (await cloud.client(KMSClient).send(new ListKeysCommand({}))).Keys?.length
    const before = await count()
    const error = await deploy({
      first: {
        template: {
          Resources: {
            Key: { Type: 'AWS::KMS::Key' },
            Alias: { Type: 'AWS::KMS::Alias', Properties: { Colour: 'red' } },
            Vpc: { Type: 'AWS::EC2::VPC', Metadata: { 'aws:cdk:path': 'first/Vpc/Resource' } },
          },
        },
      },
      second: {
        template: {
          Transform: 'AWS::LanguageExtensions',
          Resources: {
            P: { ...parameter({ 'Fn::Length': [1] }), CreationPolicy: {} },
            Q: parameter({ 'Fn::GetAtt': ['Nothing', 'Arn'] }),
            ...Object.fromEntries([0, 1, 2, 3].map((n) => [`Vpc${n}`, { Type: 'AWS::EC2::VPC' }])),
          },
          Outputs: { O: { Value: { Ref: 'Nobody' } } },
        },
      },
    }).then(
      () => undefined,
      (reason: Error) => reason,
    )
    expect(error?.message).toBe(
      [
        'The local cloud cannot run this assembly. Not simulated, or wrong:',
        '  - the property Colour of AWS::KMS::Alias: leave it out of local runs; simulated are AliasName, TargetKeyId',
        '      in stack first: Alias',
        '  - the resource type AWS::EC2::VPC: leave it out of local runs, or add it to a service (local/services)',
        '      in stack first: first/Vpc/Resource, stack second: Vpc0, stack second: Vpc1 and 2 more',
        '  - the template section Transform: synthesize a template without it (macros and language extensions run only on AWS)',
        '      in stack second',
        '  - the resource attribute CreationPolicy of AWS::SSM::Parameter: remove it',
        '      in stack second: P',
        '  - the intrinsic function Fn::Length: give the value itself, and no other key beside a function',
        '      in stack second: P',
        '  - the resource Nothing, which the template lacks',
        '      in stack second: Q',
        '  - the resource or parameter Nobody, which the template lacks',
        '      in stack second: Outputs O',
      ].join('\n'),
    )
    expect(await count()).toBe(before)
  })

  it('has its properties without effect listed with their reasons', async () => {
    const table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        ContributorInsightsSpecification: { Enabled: true },
      },
    }
    const [stack] = await deploy({ measured: { template: { Resources: { T: table } } } })
    expect(stack?.noEffect).toEqual([
      {
        ...{ stack: 'measured', path: 'T', type: 'AWS::DynamoDB::Table', property: 'ContributorInsightsSpecification' },
        reason: expect.stringContaining('only measures'),
      },
    ])
  })

  it.each<[string, Record<string, StackFile>, Record<string, string>, string]>([
    [
      'a circle of resources',
      { c: { template: { Resources: { A: parameter({ Ref: 'B' }), B: parameter({ Ref: 'A' }) } } } },
      {},
      'Stack c: circular dependency between resources: A -> B -> A',
    ],
    [
      'a stack of another account',
      { c: { template: { Resources: {} }, environment: 'aws://111111111111/eu-west-1' } },
      {},
      'stack c is bound to aws://111111111111/eu-west-1',
    ],
    [
      'a missing parameter',
      { c: { template: { Parameters: { X: { Type: 'String' } }, Resources: {} } } },
      {},
      'parameter X has no default and no value was given: pass --parameters c:X=...',
    ],
    [
      'a parameter value that is not allowed',
      { c: { template: { Parameters: { X: { Type: 'String', AllowedValues: ['a'] } }, Resources: {} } } },
      { X: 'b' },
      'parameter X: "b" is none of a',
    ],
    ['a value for no parameter', { c: { template: { Resources: {} } } }, { Y: 'b' }, 'Y (there are: none)'],
    [
      'an SSM parameter that does not exist',
      {
        c: {
          template: {
            Parameters: { X: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/no' } },
            Resources: {},
          },
        },
      },
      {},
      'parameter X reads the SSM parameter /no, which does not exist',
    ],
    [
      'a rule that does not hold',
      {
        c: {
          template: {
            Rules: { R: { Assertions: [{ Assert: { 'Fn::Equals': ['a', 'b'] }, AssertDescription: 'a is b' }] } },
            Resources: {},
          },
        },
      },
      {},
      'rule R: a is b',
    ],
    [
      'a secret of Secrets Manager',
      { c: { template: { Resources: { P: parameter('{{resolve:secretsmanager:s}}') } } } },
      {},
      'the dynamic reference to secretsmanager is not simulated',
    ],
    [
      'an attribute that the resource lacks',
      { c: { template: { Resources: { P: parameter('x'), Q: parameter({ 'Fn::GetAtt': ['P', 'Colour'] }) } } } },
      {},
      'P (AWS::SSM::Parameter) has no attribute Colour here; it has: Type, Value',
    ],
  ])('is refused: %s', async (_, stacks, parameters, message) => {
    await expect(deploy(stacks, parameters)).rejects.toThrow(message)
  })

  it('is refused: a folder without an assembly', async () => {
    await expect(cloud.deploy('no/such/folder')).rejects.toThrow('no/such/folder is no complete cloud assembly')
  })
})
