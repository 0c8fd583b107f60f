import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { type LoggingConfiguration, UpdateStateMachineCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StatesCloud, startStatesCloud } from './support.ts'

/** Where a state machine may log to, as LocalStack's tests recorded it from AWS in June 2024, and ARNs as cdk-preflight measured them in September 2026. */

let states: StatesCloud
beforeAll(async () => {
  states = await startStatesCloud()
  await states.cloud.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName: 'machines' }))
})
afterAll(() => states.stop())

const definition = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }
const arn = (logGroupArn: string) => ({ cloudWatchLogsLogGroup: { logGroupArn } })
const to = (name: string) => arn(`arn:aws:logs:us-east-1:000000000000:log-group:${name}:*`)

it.each<[string, LoggingConfiguration, string]>([
  ['no destination', { level: 'ALL' }, 'Must specify exactly one Log Destination.'],
  ['an empty list', { level: 'FATAL', destinations: [] }, 'Must specify exactly one Log Destination.'],
  [
    'two',
    { level: 'OFF', destinations: [to('machines'), to('machines')] },
    'Must specify exactly one Log Destination.',
  ],
  ['a group that is not there', { level: 'ERROR', destinations: [to('gone')] }, 'Log Destination not found.'],
  ['nothing', { level: 'ALL', destinations: [{}] }, 'Must set valid CloudWatch Log Group ARN.'],
  [
    'a queue',
    { level: 'ALL', destinations: [arn('arn:aws:sqs:us-east-1:000000000000:machines')] },
    'Provided ARN is not CloudWatch Logs Log Group ARN.',
  ],
  [
    'a group without its qualifier',
    { level: 'ALL', destinations: [arn('arn:aws:logs:us-east-1:000000000000:log-group:machines')] },
    "Log Group ARN must be provided with '*' qualifier.",
  ],
])('refuses to log to %s, when created and when updated', async (_, loggingConfiguration, words) => {
  const refusal = { name: 'InvalidLoggingConfiguration', message: `Invalid Logging Configuration: ${words}` }
  await expect(states.machine(definition, { loggingConfiguration })).rejects.toMatchObject(refusal)
  const stateMachineArn = await states.machine(definition)
  const update = new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration })
  await expect(states.sfn.send(update)).rejects.toMatchObject(refusal)
})

it('refuses a role that may not deliver logs', async () => {
  const roleArn = await states.role(['sqs:SendMessage'])
  const loggingConfiguration: LoggingConfiguration = { level: 'ALL', destinations: [to('machines')] }
  await expect(states.machine(definition, { roleArn, loggingConfiguration })).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'The state machine IAM Role is not authorized to access the Log Destination',
  })
  expect(await states.machine(definition, { loggingConfiguration })).toContain(':stateMachine:')
})

it('refuses to log for a machine with letters that its deliveries cannot have', async () => {
  const loggingConfiguration: LoggingConfiguration = { level: 'ALL', destinations: [to('machines')] }
  const name = 'größe'
  expect(await states.machine(definition, { name })).toContain(`:stateMachine:${name}`)
  await expect(states.machine(definition, { name: `${name}-2`, loggingConfiguration })).rejects.toMatchObject({
    name: 'InvalidLoggingConfiguration',
    message: `Invalid Logging Configuration: 1 validation error detected: Value 'arn:aws:states:us-east-1:000000000000:stateMachine:${name}-2' at 'resourceId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9A-Za-z.\\/\\-_:]+$`,
  })
})
