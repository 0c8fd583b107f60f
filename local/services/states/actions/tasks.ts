import type {
  SendTaskFailureCommandInput,
  SendTaskHeartbeatCommandInput,
  SendTaskSuccessCommandInput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { tooLarge } from '../language/json.ts'
import { NotJson, readJson } from '../language/read-json.ts'
import { atMost, required, satisfies } from '../model/constraints.ts'
import type { StatesParts } from '../parts.ts'

export const taskActions = ({ tokens }: StatesParts): Readonly<Record<string, Action>> => {
  const onToken =
    (name: string) =>
    ({ taskToken = '' }: { readonly taskToken?: string | undefined }): readonly AccessCheck[] => [
      { action: `states:${name}`, resource: tokens.giverOf(taskToken) ?? '*' },
    ]
  return {
    SendTaskSuccess: action<SendTaskSuccessCommandInput, object>({
      accepts: ['taskToken', 'output'],
      access: onToken('SendTaskSuccess'),
      run({ taskToken, output }) {
        satisfies(required('taskToken', taskToken), required('output', output))
        // Verified against AWS by moto's tests: the token is looked at before the output.
        tokens.requireIssued(taskToken ?? '')
        const text = output ?? ''
        if (tooLarge(text)) throw invalidOutput('Output exceeds the maximum size')
        tokens.succeed(taskToken ?? '', read(text))
        return {}
      },
    }),
    SendTaskFailure: action<SendTaskFailureCommandInput, object>({
      accepts: ['taskToken', 'error', 'cause'],
      access: onToken('SendTaskFailure'),
      run({ taskToken, error, cause }) {
        satisfies(required('taskToken', taskToken), atMost('error', error, 256), atMost('cause', cause, 32_768))
        tokens.fail(taskToken ?? '', error, cause)
        return {}
      },
    }),
    SendTaskHeartbeat: action<SendTaskHeartbeatCommandInput, object>({
      accepts: ['taskToken'],
      access: onToken('SendTaskHeartbeat'),
      run({ taskToken }) {
        satisfies(required('taskToken', taskToken))
        tokens.beat(taskToken ?? '')
        return {}
      },
    }),
  }
}

function read(output: string) {
  try {
    return readJson(output)
  } catch (error) {
    throw error instanceof NotJson ? invalidOutput(error.message) : error
  }
}

const invalidOutput = (what: string): AwsError => new AwsError('InvalidOutput', `Invalid Output: '${what}'`)
