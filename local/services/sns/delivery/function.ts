import type { Caller, CloudContext } from '../../../service.ts'
import type { TopicMessage } from '../message.ts'
import type { Subscription } from '../topic.ts'
import { attributeValue, notification } from './envelope.ts'

/** Hands a message to a function's asynchronous queue. */
export async function invokeFunction(
  context: CloudContext,
  caller: Caller,
  subscription: Subscription,
  message: TopicMessage,
  cause: number,
): Promise<void> {
  await context.call({
    caller,
    service: 'lambda',
    action: 'Invoke',
    cause,
    input: {
      FunctionName: subscription.endpoint,
      InvocationType: 'Event',
      Payload: new TextEncoder().encode(JSON.stringify(lambdaEvent(subscription, message))),
    },
  })
}

function lambdaEvent(subscription: Subscription, message: TopicMessage): object {
  const body = message.bodyFor('lambda')
  const signed = notification(message, body, subscription)
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
          Message: body,
          Timestamp: signed.timestamp,
          SignatureVersion: signed.signatureVersion,
          Signature: signed.signature,
          SigningCertUrl: signed.certificateUrl,
          UnsubscribeUrl: signed.unsubscribeUrl,
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
