import { hash } from 'node:crypto'
import { SharedText, TextPart } from '../../sqs/shared-text.ts'
import { FilteredMessage } from '../filter/filtered-message.ts'
import type { TopicMessage } from '../message.ts'
import type { MessageAttribute, Subscription, Topic } from '../topic.ts'

const CERTIFICATE = `SimpleNotificationService-${hash('md5', 'certificate', 'hex')}.pem`

/** The same in every message of a topic. */
const hosts = new WeakMap<Topic, string>()

/** The same in every message of a subscription. */
const unsubscribeUrls = new WeakMap<Subscription, TextPart>()

/**
 * A message on its way to the subscriptions of its topic. What they have in common is made once, per body: bodies differ
 * by protocol with MessageStructure `json` only.
 */
export class Notice {
  readonly topic: Topic
  readonly message: TopicMessage
  readonly #byBody = new Map<string, Worded>()

  constructor(topic: Topic, message: TopicMessage) {
    this.topic = topic
    this.message = message
  }

  /** As a protocol gets it. */
  for(protocol: Subscription['protocol']): Worded {
    const body = this.message.bodyFor(protocol)
    let worded = this.#byBody.get(body)
    if (!worded) {
      worded = new Worded(this.topic, this.message, body)
      this.#byBody.set(body, worded)
    }
    return worded
  }
}

/**
 * A message with one body. The signature is a hash of what AWS signs: the local cloud has no certificate of AWS's, so it
 * cannot be verified. FIFO topics do not sign.
 */
export class Worded {
  readonly body: string
  readonly timestamp: string
  readonly #topic: Topic
  readonly #message: TopicMessage
  #filtered: FilteredMessage | undefined
  #signature: string | undefined
  #around: readonly [TextPart, TextPart] | undefined

  constructor(topic: Topic, message: TopicMessage, body: string) {
    this.#topic = topic
    this.#message = message
    this.body = body
    this.timestamp = textOf(message.published)
  }

  /** As filters see it. */
  get filtered(): FilteredMessage {
    this.#filtered ??= new FilteredMessage(this.body, this.#message.attributes)
    return this.#filtered
  }

  get signatureVersion(): string {
    return this.#topic.attributes.get('SignatureVersion') || '1'
  }

  get signature(): string {
    if (this.#topic.fifo) return ''
    this.#signature ??= hash(this.signatureVersion === '2' ? 'sha256' : 'sha1', this.#signed(), 'base64')
    return this.#signature
  }

  get certificateUrl(): string {
    return `${this.#host()}/${CERTIFICATE}`
  }

  unsubscribeUrl({ arn }: Subscription): string {
    return `${this.#host()}/?Action=Unsubscribe&SubscriptionArn=${arn}`
  }

  /** The body that a queue gets without raw delivery, laid out as SNS does. */
  envelope(subscription: Subscription): SharedText {
    this.#around ??= [new TextPart(this.#beforeUnsubscribeUrl()), new TextPart(this.#afterUnsubscribeUrl())]
    const [before, after] = this.#around
    return new SharedText(before, this.#unsubscribeUrlPart(subscription), after)
  }

  #unsubscribeUrlPart(subscription: Subscription): TextPart {
    let part = unsubscribeUrls.get(subscription)
    if (!part) {
      part = new TextPart(this.unsubscribeUrl(subscription))
      unsubscribeUrls.set(subscription, part)
    }
    return part
  }

  #signed(): string {
    const { id } = this.#message
    const fields = ['Message', this.body, 'MessageId', id, 'Timestamp', this.timestamp, 'TopicArn', this.#topic.arn]
    return fields.join('\n')
  }

  #host(): string {
    let host = hosts.get(this.#topic)
    if (host === undefined) {
      host = `https://sns.${this.#topic.arn.split(':')[3]}.amazonaws.com`
      hosts.set(this.#topic, host)
    }
    return host
  }

  /** What SNS itself makes up (ids, ARNs, instants, base64) has nothing to escape. */
  #beforeUnsubscribeUrl(): string {
    const { id, sequenceNumber, subject } = this.#message
    let text = `{\n  "Type" : "Notification",\n  "MessageId" : "${id}",\n`
    if (sequenceNumber !== undefined) text += `  "SequenceNumber" : "${sequenceNumber}",\n`
    text += `  "TopicArn" : "${this.#topic.arn}",\n`
    if (subject !== undefined) text += `  "Subject" : ${JSON.stringify(subject)},\n`
    text += `  "Message" : ${JSON.stringify(this.body)},\n  "Timestamp" : "${this.timestamp}",\n`
    if (!this.#topic.fifo) {
      text += `  "SignatureVersion" : "${this.signatureVersion}",\n  "Signature" : "${this.signature}",\n`
      text += `  "SigningCertURL" : "${this.certificateUrl}",\n`
    }
    return `${text}  "UnsubscribeURL" : "`
  }

  #afterUnsubscribeUrl(): string {
    const { replayed, attributes } = this.#message
    const lines = [
      ...(replayed ? ['  "Replayed" : "true"'] : []),
      ...(attributes.size > 0 ? [attributeLines(attributes)] : []),
    ]
    return `"${lines.map((line) => `,\n${line}`).join('')}\n}`
  }
}

let newest = { instant: Number.NaN, text: '' }

/** An instant as ISO 8601: many messages may have the same. */
function textOf(instant: number): string {
  if (instant !== newest.instant) newest = { instant, text: new Date(instant).toISOString() }
  return newest.text
}

export const attributeValue = ({ text, binary }: MessageAttribute): string =>
  binary ? Buffer.from(binary).toString('base64') : (text ?? '')

function attributeLines(attributes: TopicMessage['attributes']): string {
  const lines = [...attributes].map(
    ([name, attribute]) =>
      `    ${JSON.stringify(name)} : {"Type":${JSON.stringify(attribute.type)},"Value":${JSON.stringify(attributeValue(attribute))}}`,
  )
  return `  "MessageAttributes" : {\n${lines.join(',\n')}\n  }`
}
