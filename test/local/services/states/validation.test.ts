import { CreateStateMachineCommand, SFNClient, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { single } from './support.ts'

describe('definitions', () => {
  let cloud: TestCloud
  let sfn: SFNClient
  beforeAll(async () => {
    cloud = await startTestCloud()
    sfn = cloud.client(SFNClient)
  })
  afterAll(() => cloud.stop())

  const validate = async (definition: string | object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') => {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition)
    const { result, diagnostics } = await sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition: text, type }),
    )
    return { result, diagnostics }
  }
  const schema = (location: string, message: string) => ({
    severity: 'ERROR',
    code: 'SCHEMA_VALIDATION_FAILED',
    location,
    message,
  })
  const pass = { Type: 'Pass', End: true }
  const wait = (more: object) => single({ Type: 'Wait', End: true, ...more })

  it('is fine with a sound definition', async () => {
    expect(await validate(single(pass))).toEqual({ result: 'OK', diagnostics: [] })
  })

  it('wants a JSON object', async () => {
    expect((await validate('')).diagnostics).toEqual([
      { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' },
    ])
    const at = '[Source: (String)"not a definition"; line: 1, column: 4]'
    expect((await validate('not a definition')).diagnostics).toEqual([
      {
        severity: 'ERROR',
        code: 'INVALID_JSON_DESCRIPTION',
        location: at,
        message: `Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at ${at}`,
      },
    ])
  })

  it.each([
    ['an empty definition', {}, schema('/', 'These fields are required: [States, StartAt]')],
    ['no StartAt', { States: { S: pass } }, schema('/', 'These fields are required: [StartAt]')],
    [
      'JSONPath in a JSONata machine',
      { QueryLanguage: 'JSONata', StartAt: 'Pass', States: { Pass: { ...pass, QueryLanguage: 'JSONPath' } } },
      schema('/States/Pass', "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"),
    ],
    [
      'a timestamp without its T',
      wait({ Timestamp: '2016-12-05 21:29:29Z' }),
      schema('/States/S/Timestamp', 'String does not match RFC3339 timestamp'),
    ],
    [
      'an expression as a timestamp of a JSONPath state',
      wait({ Timestamp: '{% $now() %}' }),
      schema('/States/S/Timestamp', 'String does not match RFC3339 timestamp'),
    ],
    [
      'a template field that is no path',
      single({ ...pass, Parameters: { 'a.$': 'plain' } }),
      schema(
        '/States/S/Parameters',
        "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call",
      ),
    ],
    [
      'a resource that is no ARN',
      single({ Type: 'Task', Resource: 'nonsense', End: true }),
      schema('/States/S/Resource', 'Value is not a valid resource ARN'),
    ],
    [
      'a missing target',
      single({ Type: 'Pass', Next: 'None' }),
      {
        severity: 'ERROR',
        code: 'MISSING_TRANSITION_TARGET',
        location: '/States/S/Next',
        message: "Missing 'Next' target: None",
      },
    ],
    [
      'a state that nothing leads to',
      { StartAt: 'S', States: { S: pass, Lost: pass } },
      {
        severity: 'ERROR',
        code: 'MISSING_TRANSITION_TARGET',
        location: '/States/Lost',
        message: 'State "Lost" is not reachable.',
      },
    ],
    [
      'JSONata that does not parse',
      single({ ...pass, QueryLanguage: 'JSONata', Output: '{% $a( %}' }),
      expect.objectContaining({ location: '/States/S/Output' }),
    ],
    [
      'a path field in a JSONata state',
      single({ ...pass, QueryLanguage: 'JSONata', InputPath: '$.a' }),
      schema('/States/S/InputPath', "Field 'InputPath' is not supported when QueryLanguage is JSONata"),
    ],
    [
      'a parameter that the API has not',
      single({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { 'Function.$': '$.f' },
        End: true,
      }),
      schema('/States/S/Parameters', 'The field "Function" is not supported by Step Functions'),
    ],
    [
      'an API that the service has not',
      single({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:sendLetter', End: true }),
      schema(
        '/States/S/Resource',
        'The resource provided arn:aws:states:::aws-sdk:sqs:sendLetter is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.',
      ),
    ],
    [
      'States.ALL before another retrier',
      single({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Other'] }],
        End: true,
      }),
      schema('/States/S/Retry[0]/ErrorEquals', "'States.ALL' must appear in the last entry"),
    ],
  ])('finds %s', async (_, definition, diagnostic) => {
    expect(await validate(definition)).toEqual({ result: 'FAIL', diagnostics: [diagnostic] })
  })

  it('refuses tokens in Express machines', async () => {
    const task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
      End: true,
    }
    expect((await validate(single(task), 'EXPRESS')).diagnostics).toEqual([
      schema('/States/S/Resource', "Express state machine does not support '.waitForTaskToken' service integration "),
    ])
  })

  it('refuses to create what it finds unsound, with the same words', async () => {
    const create = sfn.send(
      new CreateStateMachineCommand({
        name: 'bad',
        definition: '{"StartAt":"S"}',
        roleArn: 'arn:aws:iam::000000000000:role/r',
      }),
    )
    await expect(create).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    })
  })

  it.each([
    ['item readers', { Type: 'Map', ItemReader: {}, ItemProcessor: single(pass), End: true }, /ItemReader/],
    [
      'services it has not',
      { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ec2:describeInstances', End: true },
      /ec2/,
    ],
    [
      'integrations it has not',
      { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true },
      /glue/,
    ],
  ])('refuses %s in words', async (_, state, message) => {
    await expect(validate(single(state))).rejects.toMatchObject({ message: expect.stringMatching(message) })
  })
})
