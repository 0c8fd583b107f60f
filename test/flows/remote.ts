import { setTimeout as wait } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { type Target, targetOf } from '../../bin/deploy/target.ts'
import { openTools } from '../../bin/dlq/tools.ts'
import { ShopApi } from '../../bin/feed/index.ts'
import { createBus } from '../../messaging/index.ts'
import { backendAt } from '../backends/detect.ts'
import type { Deployment } from './deployment.ts'

/** How long a system may take until what was asked of it is done: cold starts and retries included. */
const PATIENCE_MS = 60_000
const PAUSE_MS = 500

/** The shop as it is deployed at AWS_ENDPOINT_URL, or on AWS. */
export async function remoteDeployment(): Promise<Deployment> {
  const target = await targetOf()
  const clients = [new DynamoDBClient({}), new SQSClient({})] as const
  const [dynamodb, sqs] = clients
  const credentials = await dynamodb.config.credentials()
  const { apiUrl, connectTo } = reachable(await parameter('/penstock/shop/api'), target)
  return {
    backend: await backendAt(target),
    api: new ShopApi({ apiUrl, ...(connectTo && { connectTo }), region: target.region, credentials }),
    bus: createBus({ app: 'shop' }),
    dynamodb,
    sqs,
    tools: openTools(),
    run: Date.now().toString(36),
    now: () => Date.now(),
    eventually: (check) => until(Date.now() + PATIENCE_MS, check),
    close: async () => {
      for (const client of clients) client.destroy()
    },
  }
}

/** An emulator's API has a name of its own that seldom resolves: connections go to the endpoint under that name. */
function reachable(apiUrl: string, { endpoint }: Target): { apiUrl: string; connectTo?: string } {
  return endpoint === undefined ? { apiUrl } : { apiUrl, connectTo: endpoint }
}

async function parameter(Name: string): Promise<string> {
  const ssm = new SSMClient({})
  try {
    return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? ''
  } catch (error) {
    if ((error as Error).name !== 'ParameterNotFound') throw error
    throw new Error(`The shop is not deployed there (no SSM parameter ${Name}): npm run deploy first.`)
  } finally {
    ssm.destroy()
  }
}

// A system on real time has nothing to wait on but itself.
async function until<T>(deadline: number, check: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await wait(PAUSE_MS)
    }
  }
}
