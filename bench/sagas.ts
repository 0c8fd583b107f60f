import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { StateMachine } from 'aws-local-stepfunctions'
import { orderSaga } from '../contracts/sagas.ts'
import { startCloud } from '../local/cloud.ts'
import { compileSaga, type SagaTargets, stepsOf } from '../messaging/index.ts'
import { pace, perSecond } from './load.ts'

const EXECUTIONS = 2_000
const WARM_UP = 200
const CONCURRENCY = 16

/** Five states on the way of every execution, in what both know: JSONPath and no task. */
const FIVE_STATES = {
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Result: { n: 1 }, ResultPath: '$.first', Next: 'Which' },
    Which: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 0, Next: 'Third' }], Default: 'Last' },
    Third: { Type: 'Pass', Parameters: { 'n.$': '$.n' }, Next: 'Fourth' },
    Fourth: { Type: 'Pass', Result: 'done', ResultPath: '$.fourth', Next: 'Last' },
    Last: { Type: 'Succeed' },
  },
} as const

/** From the start of the first execution to the end of the last, through the API. */
async function ours(): Promise<number> {
  const cloud = await startCloud({ seed: 'bench' })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const options = { endpoint: cloud.endpoint, region: cloud.region, credentials }
  const [iam, sfn] = [new IAMClient(options), new SFNClient(options)]
  const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'bench', AssumeRolePolicyDocument }))
  const definition = JSON.stringify(FIVE_STATES)
  const created = new CreateStateMachineCommand({ name: 'five', definition, roleArn: Role?.Arn })
  const { stateMachineArn } = await sfn.send(created)
  const start = () => sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"n":1}' }))
  const run = async (count: number) => {
    const began = performance.now()
    await pace(count, CONCURRENCY, start)
    await cloud.kernel.clock.idle()
    return count / ((performance.now() - began) / 1000)
  }
  await run(WARM_UP)
  const rate = await run(EXECUTIONS)
  const running = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' })
  const left = (await sfn.send(running)).executions?.length ?? 0
  if (left > 0) throw new Error(`${left} executions are still running`)
  await cloud.stop()
  return rate
}

/** In the same process, without an API. */
async function peer(): Promise<number> {
  const machine = new StateMachine(FIVE_STATES as never)
  const run = () => machine.run({ n: 1 }).result
  await pace(WARM_UP, CONCURRENCY, run)
  return pace(EXECUTIONS, CONCURRENCY, run)
}

/** States on the way of an order that meets no obstacle, and its start, as AWS bills them. */
function billedTransitions(): number {
  const targets: SagaTargets = {
    keeper: 'arn:aws:lambda:us-east-1:000000000000:function:keeper',
    table: 'orders',
    steps: Object.fromEntries(
      stepsOf(orderSaga.nodes).map(({ contract: { name } }) => [
        name,
        { arn: `arn:aws:lambda:us-east-1:000000000000:function:${name.replace('.', '-')}:1`, timeout: 30_000 },
      ]),
    ),
  }
  const { StartAt, States } = compileSaga(orderSaga, targets)
  let transitions = 1
  for (let name: string | undefined = StartAt; name !== undefined; transitions += 1) {
    const { Next, Default } = (States[name] ?? {}) as { readonly Next?: string; readonly Default?: string }
    name = Next ?? Default
  }
  return transitions
}

process.stdout.write(`executions of five states, through the API:  ${perSecond(await ours())}\n`)
process.stdout.write(`aws-local-stepfunctions, in the same process: ${perSecond(await peer())}\n`)
process.stdout.write(`billed transitions of an order's saga:        ${billedTransitions()}\n`)
process.exit(0)
