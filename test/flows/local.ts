import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { ShopApi } from '../../bin/feed/index.ts'
import { createBus } from '../../messaging/index.ts'
import { toolsOn } from '../bin/dlq/tools.ts'
import { shopAssembly } from '../e2e/running-shop.ts'
import { startTestCloud } from '../support/cloud.ts'
import type { Deployment } from './deployment.ts'

/** The shop in a local cloud of its own, where time jumps. */
export async function localDeployment(): Promise<Deployment> {
  const cloud = await startTestCloud({ clock: 'auto' })
  const stacks = await cloud.deploy(await shopAssembly())
  const apiUrl = stacks.map(({ outputs }) => outputs.ApiUrl).find((url) => url !== undefined) ?? ''
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  Object.assign(process.env, cloud.environment)
  return {
    backend: 'local cloud',
    api: new ShopApi({ apiUrl, region: cloud.region, credentials }),
    bus: createBus({ app: 'shop' }),
    dynamodb: cloud.client(DynamoDBClient),
    sqs: cloud.client(SQSClient),
    tools: toolsOn(cloud),
    run: 'local',
    now: () => cloud.clock.now(),
    eventually: async (check) => {
      await cloud.clock.idle()
      return check()
    },
    close: () => cloud.stop(),
  }
}
