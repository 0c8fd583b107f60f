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
  const at = (location: string) => ({ severity: 'ERROR', location })
  const pass = { Type: 'Pass', End: true }
  const task = (more: object) =>
    single({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'f' },
      End: true,
      ...more,
    })
  const choice = (rule: object) => ({
    StartAt: 'S',
    States: { S: { Type: 'Choice', Choices: [{ Next: 'T', ...rule }], Default: 'T' }, T: pass },
  })
  const branch = (name: string, more = {}) => ({ StartAt: name, States: { [name]: pass }, ...more })
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
      {
        StartAt: 'S',
        States: {
          S: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'None' }], Default: 'T' },
          T: pass,
        },
      },
      {
        severity: 'ERROR',
        code: 'MISSING_TRANSITION_TARGET',
        location: '/States/S/Choices[0]/Next',
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
      schema(
        '/States/S',
        "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage",
      ),
    ],
    [
      'a parameter that the API has not',
      single({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'f', 'Function.$': '$.f' },
        End: true,
      }),
      schema('/States/S/Parameters', 'The field "Function" is not supported by Step Functions'),
    ],
    [
      'an API that the service has not',
      single({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:sendLetter', Parameters: {}, End: true }),
      schema(
        '/States/S/Resource',
        'The resource provided arn:aws:states:::aws-sdk:sqs:sendLetter is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.',
      ),
    ],
    [
      'States.ALL before another retrier',
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Other'] }] }),
      schema('/States/S/Retry[0]/ErrorEquals[0]', 'States.ALL must appear alone and at end of list'),
    ],
    [
      'no error name',
      task({ Retry: [{ ErrorEquals: [] }] }),
      schema('/States/S/Retry[0]/ErrorEquals', 'Value cannot be empty'),
    ],
    [
      'an unknown jitter',
      task({ Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'HALF' }] }),
      schema('/States/S/Retry[0]/JitterStrategy', 'Value should be one of the following: [NONE, FULL]'),
    ],
    ['a timeout of nothing', task({ TimeoutSeconds: 0 }), schema('/States/S/TimeoutSeconds', 'Minimum value is 1')],
    [
      'a rate below one',
      task({ Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] }),
      schema('/States/S/Retry[0]/BackoffRate', 'Minimum value is 1'),
    ],
    ['a text for a number', wait({ Seconds: 'ten' }), schema('/States/S/Seconds', 'Expected value of type Integer')],
    ['a long wait', wait({ Seconds: 1e8 }), schema('/States/S/Seconds', 'Maximum value is 99999999')],
    [
      'a wait of two kinds',
      wait({ Seconds: 1, SecondsPath: '$.s' }),
      schema(
        '/States/S',
        'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]',
      ),
    ],
    [
      'a state that goes on and ends',
      { StartAt: 'S', States: { S: { ...pass, Next: 'T' }, T: pass } },
      schema('/States/S', 'There should only be one of the following fields: [Next, End]'),
    ],
    [
      'a timeout by two ways',
      task({ TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }),
      schema('/States/S', 'There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]'),
    ],
    [
      'a Map without a processor',
      single({ Type: 'Map', End: true }),
      schema('/States/S', 'This object should have only one of the following fields: [ItemProcessor, Iterator]'),
    ],
    [
      'a field of another type of state',
      single({ ...pass, Retry: [{ ErrorEquals: ['States.ALL'] }] }),
      schema('/States/S', "Field 'Retry' is not supported"),
    ],
    [
      'no branch',
      single({ Type: 'Parallel', Branches: [], End: true }),
      schema('/States/S/Branches', 'Value cannot be empty'),
    ],
    [
      'a language of a branch',
      single({ Type: 'Parallel', Branches: [branch('B', { QueryLanguage: 'JSONata' })], End: true }),
      schema('/States/S/Branches[0]', "Field 'QueryLanguage' is not supported"),
    ],
    [
      'a name that comes twice',
      single({ Type: 'Parallel', Branches: [branch('X'), branch('X')], End: true }),
      { ...at('/States/S/Branches[1]/States/X'), code: 'DUPLICATE_STATE_NAME', message: 'Duplicate State name: X' },
    ],
    [
      'a loop without an end',
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } },
      { severity: 'ERROR', code: 'MISSING_END_STATE', message: 'Workflow has no terminal state' },
    ],
    [
      'an unknown language of a state',
      single({ ...pass, QueryLanguage: 'jsonata', Output: 1 }),
      schema('/States/S/QueryLanguage', 'Value should be one of the following: [JSONPath, JSONata]'),
    ],
    [
      'an unknown version',
      { ...single(pass), Version: '2.0' },
      schema('/Version', 'Value should be one of the following: [1.0]'),
    ],
    [
      'a path that is none',
      single({ ...pass, InputPath: 'order' }),
      schema('/States/S/InputPath', 'Value must be a valid JSONPath.'),
    ],
    [
      'a result put everywhere',
      single({ ...pass, ResultPath: '$.a[*]' }),
      schema('/States/S/ResultPath', 'Value is not a Reference Path'),
    ],
    [
      'a variable of a rule that is no path',
      choice({ Variable: 'a', IsNull: true }),
      schema('/States/S/Choices[0]/Variable', "Value is not a Reference Path: Reference path didn't start with '$'"),
    ],
    [
      'a rule of two kinds',
      choice({ Variable: '$.a', IsNull: true, And: [] }),
      schema(
        '/States/S/Choices[0]',
        'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]',
      ),
    ],
    [
      'a rule within a rule that goes on',
      choice({ Not: { Variable: '$.a', IsNull: true, Next: 'T' } }),
      schema('/States/S/Choices[0]/Not', "Field 'Next' is not supported"),
    ],
    [
      'an integration without parameters',
      single({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true }),
      schema('/States/S/Resource', 'Parameters field is required for resource ARN: arn:aws:states:::lambda:invoke'),
    ],
    [
      'a parameter that is missing',
      single({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { QueueUrl: 'q' }, End: true }),
      schema('/States/S/Parameters', "The field 'MessageBody' is required but was missing"),
    ],
    [
      'a job of a service that has none',
      single({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.sync',
        Parameters: { FunctionName: 'f' },
        End: true,
      }),
      schema(
        '/States/S/Resource',
        'The resource provided arn:aws:states:::lambda:invoke.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.',
      ),
    ],
    [
      'credentials without a role',
      task({ Credentials: {} }),
      schema('/States/S/Credentials', "The field 'RoleArn' is required but was missing"),
    ],
    [
      'a variable named states',
      single({ ...pass, Assign: { states: 1 } }),
      {
        ...at('/States/S/Assign/states'),
        code: 'RESERVED_VARIABLE_NAME',
        message: "Cannot assign to reserved variable '$states'.",
      },
    ],
    [
      'a variable with a hyphen',
      single({ ...pass, Assign: { 'a-b.$': '$.a' } }),
      {
        ...at('/States/S/Assign/a-b.$'),
        code: 'INVALID_VARIABLE_NAME',
        message: "Invalid variable name 'a-b': the variable name contains invalid characters.",
      },
    ],
  ])('finds %s', async (_, definition, diagnostic) => {
    expect(await validate(definition)).toEqual({ result: 'FAIL', diagnostics: [diagnostic] })
  })

  const output = (expression: string) =>
    single({ ...pass, QueryLanguage: 'JSONata', Output: { v: `{% ${expression} %}` } })
  it.each<[string, string, string]>([
    ['a name', 'phone[0]', "Reference to 'phone' at the top level is not supported."],
    ['the context itself', '$.phone', "Reference to '$' at the top level is not supported."],
    ['the root', '$$', "Reference to '$$' is not supported."],
    [
      'a name in a function',
      '$map($states.input.a, function($x){ b })',
      "Reference to 'b' at the top level is not supported.",
    ],
    ['the error outside a catcher', '$states.errorOutput.Error', "Field '$states.errorOutput' does not exist."],
  ])('finds JSONata that looks at the top level for %s', async (_, expression, message) => {
    expect((await validate(output(expression))).diagnostics).toEqual([
      { ...at('/States/S/Output/v'), code: 'UNSUPPORTED_JSONATA_EXPRESSION', message },
    ])
  })

  it.each([
    ['a[1,2)', 'Expected "]", got ","'],
    ['1 +', 'Unexpected end of expression'],
    ['$match("a", /abc', 'No terminating / in regular expression'],
  ])('finds that %s is no JSONata', async (expression, message) => {
    expect((await validate(output(expression))).diagnostics).toEqual([
      { ...at('/States/S/Output/v'), code: 'INVALID_JSONATA_EXPRESSION', message },
    ])
  })

  it('leaves names alone that are looked for in what was found before', async () => {
    const caught = { ErrorEquals: ['States.ALL'], Next: 'T', Output: '{% $states.errorOutput.Error %}' }
    const Arguments = { FunctionName: 'f', Payload: '{% $states.input.items[price > 3]^(>price).{"n": name} %}' }
    const S = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Comment: '{% phone %}',
      Arguments,
      Catch: [caught],
      End: true,
    }
    const definition = { QueryLanguage: 'JSONata', StartAt: 'S', States: { S, T: pass } }
    expect(await validate(definition)).toEqual({ result: 'OK', diagnostics: [] })
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
