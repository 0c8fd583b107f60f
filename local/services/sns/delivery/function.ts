import type { Caller, CloudContext } from '../../../service.ts'
import type { Subscription } from '../topic.ts'
import { attributeValue, type Notice } from './notice.ts'

/** Hands a message to a function's asynchronous queue. */
export async function invokeFunction(
  context: CloudContext,
  caller: Caller,
  subscription: Subscription,
  notice: Notice,
  cause: number,
): Promise<void> {
  await context.call({
    caller,
    service: 'lambda',
    action: 'Invoke',
    cause,
    traceHeader: notice.message.traceHeader,
    input: {
      FunctionName: subscription.endpoint,
      InvocationType: 'Event',
      Payload: new TextEncoder().encode(JSON.stringify(lambdaEvent(subscription, notice))),
    },
  })
}

function lambdaEvent(subscription: Subscription, notice: Notice): object {
  const { message } = notice
  const worded = notice.for('lambda')
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.id,
          TopicArn: subscription.topic.arn,
          Subject: message.subject ?? null,
          Message: worded.body,
          Timestamp: worded.timestamp,
          SignatureVersion: worded.signatureVersion,
          Signature: worded.signature,
          SigningCertUrl: worded.certificateUrl,
          UnsubscribeUrl: worded.unsubscribeUrl(subscription),
          MessageAttributes: Object.fromEntries(
            [...message.attributes].map(([name, attribute]) => [
              name,
              { Type: attribute.type, Value: attributeValue(attribute) },
            ]),
          ),
        },
      },
    ],
  }
}
