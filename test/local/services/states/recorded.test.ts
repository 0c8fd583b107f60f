import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

interface Recorded {
  readonly name: string
  readonly type: 'STANDARD' | 'EXPRESS'
  readonly sync: boolean
  readonly definition: object
  readonly inputText: string
  readonly expected: {
    readonly status: string
    readonly output?: unknown
    readonly error?: string
    readonly cause?: unknown
  }
  readonly eventTypes?: readonly string[]
}

const file = fileURLToPath(new URL('../../../../../shared/corpora/step-functions.json', import.meta.url))
const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recorded[]) : []
const roleArn = 'arn:aws:iam::000000000000:role/states'

/** The recordings' own order of a Parallel state's events: sorted, and without what their sorting dropped. */
const isParallel = ({ definition }: Recorded): boolean => JSON.stringify(definition).includes('"Parallel"')

describe.skipIf(cases.length === 0)('state machines as AWS was recorded to run them', () => {
  let cloud: TestCloud
  let sfn: SFNClient
  beforeAll(async () => {
    cloud = await startTestCloud({ clock: 'auto' })
    sfn = cloud.client(SFNClient)
  })
  afterAll(() => cloud.stop())

  it.each(cases.map((recorded, index) => [`${index} ${recorded.name}`, index, recorded] as const))(
    '%s',
    async (_, index, recorded) => {
      const definition = JSON.stringify(recorded.definition)
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({ name: `recorded-${index}`, definition, roleArn, type: recorded.type }),
      )
      const end = recorded.sync ? await runSync(stateMachineArn, recorded) : await run(stateMachineArn, recorded)
      expect(end).toEqual(recorded.expected)
    },
  )

  async function runSync(stateMachineArn: string | undefined, { inputText }: Recorded) {
    const client = cloud.client(SyncClient)
    return outcome(await client.send(new StartSyncExecutionCommand({ stateMachineArn, input: inputText })))
  }

  async function run(stateMachineArn: string | undefined, recorded: Recorded) {
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: recorded.inputText }))
    await cloud.clock.settle()
    while ((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status === 'RUNNING')
      await cloud.clock.settle()
    if (recorded.eventTypes && !isParallel(recorded)) {
      const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))
      expect(events?.map(({ type }) => type)).toEqual(recorded.eventTypes)
    }
    return outcome(await sfn.send(new DescribeExecutionCommand({ executionArn })))
  }
})

/** StartSyncExecution goes to a host of its own, `sync-` before the endpoint's, unless the client is told not to. */
class SyncClient extends SFNClient {
  constructor(options: ConstructorParameters<typeof SFNClient>[0]) {
    super({ ...options, disableHostPrefix: true })
  }
}

interface Answer {
  readonly status?: string | undefined
  readonly output?: string | undefined
  readonly error?: string | undefined
  readonly cause?: string | undefined
}

const outcome = ({ status, output, error, cause }: Answer) => ({
  status,
  ...(output === undefined ? {} : { output: JSON.parse(output) as unknown }),
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
})
