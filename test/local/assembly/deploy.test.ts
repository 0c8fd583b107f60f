import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployAssembly } from '../../../local/assembly/index.ts'
import type { Properties, ResourceContext, Service } from '../../../local/service.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { parameter, type StackFile, writeAssembly } from './support.ts'

let cloud: TestCloud
let ssm: SSMClient
beforeAll(async () => {
  cloud = await startTestCloud()
  ssm = cloud.client(SSMClient)
})
afterAll(() => cloud.stop())

const deploy = (stacks: Record<string, StackFile>, parameters: Record<string, string> = {}) =>
  cloud.deploy(writeAssembly(stacks), { parameters })
const storedValue = async (name: string): Promise<string | undefined> =>
  (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter?.Value

describe('a stack', () => {
  it('creates its resources after those they refer to, and tells its outputs', async () => {
    const [stack] = await deploy({
      ordered: {
        template: {
          Resources: {
            Last: { ...parameter({ 'Fn::Sub': `\${Key.Arn}` }), DependsOn: 'Depended' },
            Depended: parameter('x'),
            Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/ordered', TargetKeyId: { Ref: 'Key' } } },
            Key: { Type: 'AWS::KMS::Key', Properties: {} },
          },
          Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } }, Alias: { Value: { Ref: 'Alias' } } },
        },
      },
    })
    expect(stack?.resources.map(({ logicalId }) => logicalId)).toEqual(['Depended', 'Key', 'Last', 'Alias'])
    expect(stack?.outputs).toEqual({ Arn: expect.stringMatching(/^arn:aws:kms:.*:key\//), Alias: 'alias/ordered' })
    const last = stack?.resources.find(({ logicalId }) => logicalId === 'Last')
    expect(last?.physicalId).toMatch(/^CFN-ordered-Last-[0-9A-Z]{12}$/)
    expect(await storedValue(last?.physicalId ?? '')).toBe(stack?.outputs.Arn)
    expect(last?.properties).toEqual({ Type: 'String', Value: stack?.outputs.Arn })
  })

  it('gives the same names in every run, whatever its seed, and another name to a second creation', async () => {
    const named = async (seed: string): Promise<string | undefined> => {
      const other = await startTestCloud({ seed })
      const [stack] = await other.deploy(writeAssembly({ named: { template: { Resources: { P: parameter('x') } } } }))
      await other.stop()
      return stack?.resources[0]?.physicalId
    }
    const first = await named('one')
    expect(await named('two')).toBe(first)
    const broken = { P: parameter('x'), Q: { ...parameter(''), DependsOn: 'P' } }
    await expect(deploy({ named: { template: { Resources: broken } } })).rejects.toThrow('ValidationException')
    const [again] = await deploy({ named: { template: { Resources: { P: parameter('x') } } } })
    expect(again?.resources[0]?.physicalId).not.toBe(first)
  })

  it('creates what its conditions allow', async () => {
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'] } },
      Conditions: {
        IsNever: { 'Fn::Equals': [{ Ref: 'Stage' }, 'never'] },
        IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      },
      Mappings: { Size: { dev: { value: 'small' }, prod: { value: 'large' } } },
      Resources: {
        Prod: { ...parameter('p'), Condition: 'IsProd' },
        Never: { Type: 'AWS::EC2::VPC', Condition: 'IsNever' },
        Dev: { ...parameter({ 'Fn::FindInMap': ['Size', { Ref: 'Stage' }, 'value'] }), Condition: 'IsDev' },
        Meta: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:...' } },
      },
      Outputs: { Prod: { Value: { Ref: 'Prod' }, Condition: 'IsProd' } },
    }
    const [dev] = await deploy({ 'cond-dev': { template } })
    expect(dev?.resources.map(({ logicalId }) => logicalId)).toEqual(['Dev'])
    expect(await storedValue(dev?.resources[0]?.physicalId ?? '')).toBe('small')
    expect(dev?.outputs).toEqual({})
    const [prod] = await deploy({ 'cond-prod': { template } }, { 'cond-prod:Stage': 'prod' })
    expect(prod?.resources.map(({ logicalId }) => logicalId)).toEqual(['Prod'])
  })

  it('takes parameters from SSM, lists, and the version of the bootstrap stack', async () => {
    await ssm.send(new PutParameterCommand({ Name: '/in/ssm', Value: 'from ssm', Type: 'String' }))
    const [stack] = await deploy(
      {
        params: {
          template: {
            Parameters: {
              BootstrapVersion: {
                Type: 'AWS::SSM::Parameter::Value<String>',
                Default: '/cdk-bootstrap/hnb659fds/version',
              },
              FromSsm: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/in/ssm' },
              Names: { Type: 'CommaDelimitedList', Default: 'a, b' },
              Secret: { Type: 'String', NoEcho: true },
            },
            Rules: {
              CheckBootstrapVersion: {
                Assertions: [
                  {
                    Assert: {
                      'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }],
                    },
                    AssertDescription: 'CDK bootstrap stack version 6 required.',
                  },
                ],
              },
            },
            Resources: { P: parameter({ 'Fn::Join': ['+', { Ref: 'Names' }] }) },
            Outputs: { Ssm: { Value: { Ref: 'FromSsm' } } },
          },
        },
      },
      { Secret: 's' },
    )
    expect(stack?.outputs).toEqual({ Ssm: 'from ssm' })
    expect(stack?.parameters).toMatchObject({ FromSsm: '/in/ssm', Secret: '****' })
    expect(await storedValue(stack?.resources[0]?.physicalId ?? '')).toBe('a+b')
  })

  it('resolves dynamic references to SSM', async () => {
    await ssm.send(new PutParameterCommand({ Name: '/dynamic', Value: 'one', Type: 'String' }))
    await ssm.send(new PutParameterCommand({ Name: '/dynamic', Value: 'two', Type: 'String', Overwrite: true }))
    const text = '{{resolve:ssm:/dynamic}} and {{resolve:ssm:/dynamic:1}}'
    const [stack] = await deploy({ dynamic: { template: { Resources: { P: parameter(text) } } } })
    expect(await storedValue(stack?.resources[0]?.physicalId ?? '')).toBe('two and one')
  })

  it('is rolled back when a resource fails, and the error names it', async () => {
    const keys = async () => (await cloud.client(KMSClient).send(new ListAliasesCommand({}))).Aliases?.length
    const before = await keys()
    const template = {
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: {} },
        Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/undone', TargetKeyId: { Ref: 'Key' } } },
        Kept: { ...parameter('kept', { Name: '/kept' }), DeletionPolicy: 'Retain' },
        KeptOnceMade: { ...parameter('x', { Name: '/kept-once-made' }), DeletionPolicy: 'RetainExceptOnCreate' },
        Broken: {
          ...parameter('', { Name: '/broken' }),
          DependsOn: ['Alias', 'Kept', 'KeptOnceMade'],
          Metadata: { 'aws:cdk:path': 'rolled/Broken/Resource' },
        },
      },
    }
    await expect(deploy({ rolled: { template } })).rejects.toThrow(
      /^Stack rolled: rolled\/Broken\/Resource \(AWS::SSM::Parameter\): 1 validation error detected: Value ''.*\(ValidationException\)$/,
    )
    expect(await keys()).toBe(before)
    expect(await storedValue('/kept')).toBe('kept')
    await expect(storedValue('/kept-once-made')).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })
})

describe('several stacks', () => {
  const exporter: StackFile = {
    template: {
      Resources: { P: parameter('shared') },
      Outputs: { Name: { Value: { Ref: 'P' }, Export: { Name: { 'Fn::Sub': `\${AWS::StackName}-name` } } } },
    },
  }

  it('are created in the order of their dependencies and share exports', async () => {
    const stacks = await deploy({
      importer: {
        template: { Resources: { P: parameter({ 'Fn::ImportValue': 'exporter-name' }) } },
        dependencies: ['exporter'],
      },
      exporter,
    })
    expect(stacks.map(({ name }) => name)).toEqual(['exporter', 'importer'])
    expect(await storedValue(stacks[1]?.resources[0]?.physicalId ?? '')).toBe(stacks[0]?.exports['exporter-name'])
  })

  it('may lie in stages', async () => {
    const template = { Resources: { P: parameter('staged') } }
    const folder = writeAssembly({ 'stage-a': { template }, 'stage-b': { template } }, ['stage-b', 'stage-a'])
    expect((await cloud.deploy(folder)).map(({ name }) => name)).toEqual(['stage-b', 'stage-a'])
  })

  it('may not export one name twice, nor import what nobody exports', async () => {
    const again = structuredClone(exporter.template) as { Outputs: { Name: { Export: object } } }
    again.Outputs.Name.Export = { Name: 'exporter-name' }
    await expect(deploy({ again: { template: again } })).rejects.toThrow(
      'Stack again: Export with name exporter-name is already exported by stack exporter',
    )
    await expect(
      deploy({ lost: { template: { Resources: { P: parameter({ 'Fn::ImportValue': 'nobody' }) } } } }),
    ).rejects.toThrow('No export named nobody found')
  })
})

describe('updating and deleting one resource at a time', () => {
  it('changes a role in place and replaces it under another name', async () => {
    const type = cloud.context.service<Service>('iam').resources['AWS::IAM::Role']
    const trust = {
      Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    }
    const document = { Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: '*' } }
    const first: Properties = {
      ...{ RoleName: 'updated', AssumeRolePolicyDocument: trust },
      Policies: [{ PolicyName: 'old', PolicyDocument: document }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    }
    const resource = {} as ResourceContext
    await type?.create(first, resource)
    const second: Properties = {
      ...first,
      Description: 'new',
      ManagedPolicyArns: [],
      Policies: [{ PolicyName: 'new', PolicyDocument: document }],
    }
    expect(await type?.update?.('updated', second, first, resource)).toMatchObject({ ref: 'updated' })
    const iam = cloud.client(IAMClient)
    expect((await iam.send(new GetRoleCommand({ RoleName: 'updated' }))).Role?.Description).toBe('new')
    expect(await type?.update?.('updated', { ...second, RoleName: 'other' }, second, resource)).toBeUndefined()
    await type?.delete('updated', second)
    await expect(iam.send(new GetRoleCommand({ RoleName: 'updated' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
  })
})

describe('assets', () => {
  it('are found by the bucket and key that the template names', async () => {
    const seen: string[] = []
    const probe: Service = {
      ...{ name: 'lambda', actions: {} },
      resources: {
        'Test::Code': {
          properties: ['Bucket', 'Key'],
          async create({ Bucket, Key }, resource) {
            seen.push(resource.assetPath(String(Bucket), String(Key)))
            return { ref: 'code', attributes: {} }
          },
          async delete() {},
        },
      },
    }
    const code = (Key: string): object => ({
      Resources: {
        Code: {
          Type: 'Test::Code',
          Properties: { Bucket: { 'Fn::Sub': `cdk-assets-\${AWS::AccountId}-\${AWS::Region}` }, Key },
        },
      },
    })
    const destinations = { here: { bucketName: `cdk-assets-\${AWS::AccountId}-\${AWS::Region}`, objectKey: 'abc.zip' } }
    const assets = { files: { abc: { source: { path: 'asset.abc', packaging: 'zip' }, destinations } } }
    const folder = writeAssembly({ coded: { template: code('abc.zip'), assets } })
    await deployAssembly(cloud.context, [probe], folder, { parameters: {} })
    expect(seen).toEqual([`${folder}/asset.abc`])
    const lost = writeAssembly({ lost: { template: code('other.zip'), assets } })
    await expect(deployAssembly(cloud.context, [probe], lost, { parameters: {} })).rejects.toThrow(
      'takes code from s3://cdk-assets-000000000000-us-east-1/other.zip, which is no asset of its assembly',
    )
  })
})
