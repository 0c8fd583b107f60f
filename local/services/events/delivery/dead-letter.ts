import type { Caller, CloudContext } from '../../../service.ts'
import type { GivenUp } from './persistent.ts'

const text = (StringValue: string) => ({ DataType: 'String', StringValue })

/**
 * Puts what could not be delivered on a dead-letter queue, with attributes that say why.
 * @throws AwsError where the queue is gone or its policy says no
 */
export async function deadLetter(
  context: CloudContext,
  letter: {
    /** The acting service, or the role it acts as. */
    readonly caller: Caller
    readonly queueArn: string
    readonly body: string
    readonly end: GivenUp
    readonly attributes: Readonly<Record<string, string>>
    readonly cause: number | undefined
  },
): Promise<void> {
  const [, , , , account, name] = letter.queueArn.split(':')
  const { failure, retries, exhausted } = letter.end
  const attributes: Record<string, object> = {
    ERROR_CODE: text(failure.code),
    ERROR_MESSAGE: text(failure.message),
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(retries) },
  }
  if (exhausted) attributes.EXHAUSTED_RETRY_CONDITION = text(exhausted)
  for (const [key, value] of Object.entries(letter.attributes)) attributes[key] = text(value)
  await context.call({
    caller: letter.caller,
    service: 'sqs',
    action: 'SendMessage',
    cause: letter.cause,
    input: {
      QueueUrl: `${context.endpoint()}/${account}/${name}`,
      MessageBody: letter.body,
      MessageAttributes: attributes,
    },
  })
}
