import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  AddTagsToResourceCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  type ParameterStringFilter,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
} from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ResourceContext, ResourceType } from '../../../../local/service.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

let cloud: TestCloud
let ssm: SSMClient
beforeAll(async () => {
  cloud = await startTestCloud()
  ssm = cloud.client(SSMClient)
})
afterAll(() => cloud.stop())

const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }))
const tagsOf = async (ResourceId: string) =>
  (await ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId }))).TagList
const found = async (...ParameterFilters: ParameterStringFilter[]) =>
  (await ssm.send(new DescribeParametersCommand({ ParameterFilters }))).Parameters?.map(({ Name }) => Name)

it('finds a version by its label, which is at one version at a time', async () => {
  await put('/labelled', 'one')
  await put('/labelled', 'two', { Overwrite: true })
  const label = (ParameterVersion: number, ...Labels: string[]) =>
    ssm.send(new LabelParameterVersionCommand({ Name: '/labelled', ParameterVersion, Labels }))
  expect(await label(1, 'live', '1st', 'aws-own')).toMatchObject({
    ParameterVersion: 1,
    InvalidLabels: ['1st', 'aws-own'],
  })
  const live = async () => (await ssm.send(new GetParameterCommand({ Name: '/labelled:live' }))).Parameter
  expect(await live()).toMatchObject({ Value: 'one', Selector: ':live' })
  await label(2, 'live')
  expect(await live()).toMatchObject({ Value: 'two' })
  const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: '/labelled' }))
  expect(Parameters?.map(({ Labels }) => Labels)).toEqual([[], ['live']])
  const unlabel = new UnlabelParameterVersionCommand({ Name: '/labelled', ParameterVersion: 2, Labels: ['live', 'x'] })
  expect(await ssm.send(unlabel)).toMatchObject({ RemovedLabels: ['live'], InvalidLabels: ['x'] })
  await expect(live()).rejects.toMatchObject({ name: 'ParameterVersionNotFound' })
})

it('tags parameters, and finds them by tag, name, type and path', async () => {
  await put('/tagged/a', 'x', { Tags: [{ Key: 'team', Value: 'orders' }] })
  await put('/tagged/deep/b', 'x,y', { Type: 'StringList' })
  const named = { ResourceType: 'Parameter', ResourceId: '/tagged/a' } as const
  await ssm.send(new AddTagsToResourceCommand({ ...named, Tags: [{ Key: 'stage', Value: 'test' }] }))
  await ssm.send(new RemoveTagsFromResourceCommand({ ...named, TagKeys: ['team'] }))
  expect(await tagsOf('/tagged/a')).toEqual([{ Key: 'stage', Value: 'test' }])
  await expect(tagsOf('/tagged/none')).rejects.toMatchObject({ name: 'InvalidResourceId' })
  expect(await found({ Key: 'tag:stage', Values: ['test'] })).toEqual(['/tagged/a'])
  expect(await found({ Key: 'Name', Option: 'BeginsWith', Values: ['/tagged'] })).toHaveLength(2)
  expect(await found({ Key: 'Type', Values: ['StringList'] })).toEqual(['/tagged/deep/b'])
  expect(await found({ Key: 'Path', Values: ['/tagged'] })).toEqual(['/tagged/a'])
  expect(await found({ Key: 'Path', Option: 'Recursive', Values: ['/tagged'] })).toHaveLength(2)
  await expect(found({ Key: 'Owner', Values: ['x'] })).rejects.toMatchObject({ name: 'InvalidFilterKey' })
})

it('keeps the tags of a template', async () => {
  const type = cloud.context.service('ssm').resources['AWS::SSM::Parameter'] as ResourceType
  const resource = { physicalName: () => 'made' } as unknown as ResourceContext
  const properties = { Name: '/stack/p', Type: 'String', Value: 'v' }
  const before = { ...properties, Tags: { a: '1', b: '2' } }
  await type.create(before, resource)
  await type.update?.('/stack/p', { ...properties, Tags: { b: '3' } }, before, resource)
  expect(await tagsOf('/stack/p')).toEqual([{ Key: 'b', Value: '3' }])
})

it('answers errors as AWS JSON does: 400, and no text for a parameter that is not there', async () => {
  const error = await ssm.send(new GetParameterCommand({ Name: 'none' })).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    name: 'ParameterNotFound',
    message: 'UnknownError',
    $metadata: { httpStatusCode: 400 },
  })
  const key = cloud.client(KMSClient).send(new DescribeKeyCommand({ KeyId: 'alias/none' }))
  await expect(key).rejects.toMatchObject({ name: 'NotFoundException', $metadata: { httpStatusCode: 400 } })
  await expect(put('typed', 'x', { Type: 'Text' as 'String' })).rejects.toThrow(
    "1 validation error detected: Value 'Text' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]",
  )
  await put('both', 'x')
  await expect(put('both', 'y', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] })).rejects.toThrow(
    "tags and overwrite can't be used together",
  )
})
