import { hash } from 'node:crypto'
import type { TopicMessage } from '../message.ts'
import type { MessageAttribute, Subscription, Topic } from '../topic.ts'

const CERTIFICATE = `SimpleNotificationService-${hash('md5', 'certificate', 'hex')}.pem`

/**
 * The fields of a notification. The signature is a hash of what AWS signs: the local cloud has no certificate of AWS's,
 * so it cannot be verified.
 */
export interface Notification {
  readonly signatureVersion: string
  readonly signature: string
  readonly certificateUrl: string
  readonly unsubscribeUrl: string
  readonly timestamp: string
}

export function notification(message: TopicMessage, body: string, { arn, topic }: Subscription): Notification {
  const [, , , region = ''] = topic.arn.split(':')
  const timestamp = new Date(message.published).toISOString()
  const version = topic.attributes.get('SignatureVersion') || '1'
  const signed = ['Message', body, 'MessageId', message.id, 'Timestamp', timestamp, 'TopicArn', topic.arn].join('\n')
  return {
    timestamp,
    signatureVersion: version,
    // FIFO topics do not sign.
    signature: topic.fifo ? '' : hash(version === '2' ? 'sha256' : 'sha1', signed, 'base64'),
    certificateUrl: `https://sns.${region}.amazonaws.com/${CERTIFICATE}`,
    unsubscribeUrl: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`,
  }
}

export const attributeValue = ({ text, binary }: MessageAttribute): string =>
  binary ? Buffer.from(binary).toString('base64') : (text ?? '')

/** The body that a queue gets without raw delivery, laid out as SNS does. FIFO topics do not sign. */
export function envelope(message: TopicMessage, body: string, subscription: Subscription): string {
  const { signature, signatureVersion, certificateUrl, unsubscribeUrl, timestamp } = notification(
    message,
    body,
    subscription,
  )
  const lines = [
    line('Type', 'Notification'),
    line('MessageId', message.id),
    ...(message.sequenceNumber === undefined ? [] : [line('SequenceNumber', message.sequenceNumber)]),
    line('TopicArn', subscription.topic.arn),
    ...(message.subject === undefined ? [] : [line('Subject', message.subject)]),
    line('Message', body),
    line('Timestamp', timestamp),
    ...(isFifo(subscription.topic)
      ? []
      : [
          line('SignatureVersion', signatureVersion),
          line('Signature', signature),
          line('SigningCertURL', certificateUrl),
        ]),
    line('UnsubscribeURL', unsubscribeUrl),
    ...(message.replayed ? [line('Replayed', 'true')] : []),
    ...(message.attributes.size === 0 ? [] : [attributeLines(message.attributes)]),
  ]
  return `{\n${lines.join(',\n')}\n}`
}

const isFifo = (topic: Topic): boolean => topic.fifo !== undefined

const line = (name: string, value: string): string => `  "${name}" : ${JSON.stringify(value)}`

function attributeLines(attributes: TopicMessage['attributes']): string {
  const lines = [...attributes].map(
    ([name, attribute]) =>
      `    ${JSON.stringify(name)} : {"Type":${JSON.stringify(attribute.type)},"Value":${JSON.stringify(attributeValue(attribute))}}`,
  )
  return `  "MessageAttributes" : {\n${lines.join(',\n')}\n  }`
}
