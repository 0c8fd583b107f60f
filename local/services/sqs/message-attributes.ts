import { createHash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { AwsError } from '../../errors.ts'
import { invalidParameter } from './errors.ts'

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>

/** Characters that XML 1.0 permits. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
const VALID_TEXT = /^[\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
export const INVALID_TEXT =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF'

/** The same without what takes two units, which nearly all texts lack and which makes the whole expression slow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
const VALID_UNITS = /^[\u0009\u000A\u000D\u0020-\uD7FF]*$/

export const isValidText = (text: string): boolean => VALID_UNITS.test(text) || VALID_TEXT.test(text)

const NAME = /^[\w\-.\u00c0-\u017f]*$/
const RESERVED = /^(aws\.|amazon\.|\.)|\.$|\.\./i
const TYPE = /^(String|Number|Binary)(\..*)?$/
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

const byteLength = (text: string): number => Buffer.byteLength(text)

/** @throws InvalidParameterValue or UnsupportedOperation for the first attribute that breaks a rule */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes)
  if (names.length > 10)
    throw invalidParameter(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`)
  for (const [name, value] of Object.entries(attributes)) {
    checkName(name)
    checkValue('(user)', name, value)
  }
}

function checkName(name: string): void {
  if (name.trim() === '') throw invalidParameter('The request must contain non-empty message (user) attribute names.')
  if (byteLength(name) >= 257) throw invalidParameter('Message (user) attribute names must be shorter than 256 Bytes')
  if (!NAME.test(name))
    throw invalidParameter(
      'Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ',
    )
  if (name === '' || RESERVED.test(name))
    throw invalidParameter(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
    )
}

/**
 * The words are those that clients quoted from SQS in 2024 and 2025; older ones, which SNS still uses, differ.
 * @throws InvalidParameterValue or UnsupportedOperation
 */
export function checkValue(whose: '(user)' | 'system', name: string, value: MessageAttributeValue): void {
  const wrong = faultOf(value)
  if (wrong === undefined) return
  if (wrong instanceof AwsError) throw wrong
  throw invalidParameter(wrong(`essage ${whose} attribute '${name}'`))
}

type Sentence = (subject: string) => string

/** What is wrong with a value: a sentence about its attribute, or an error that does not name it. */
function faultOf(value: MessageAttributeValue): Sentence | AwsError | undefined {
  const { DataType: type, StringValue: text, BinaryValue: bytes } = value
  if (value.StringListValues?.length || value.BinaryListValues?.length)
    return new AwsError(
      'UnsupportedOperation',
      'Message attribute list values in SendMessage operation are not supported.',
    )
  if (!type) {
    const lacks = text === undefined && bytes === undefined ? 'value' : 'type'
    return (subject) => `The m${subject} must contain a non-empty message attribute ${lacks}.`
  }
  if (!TYPE.test(type))
    return (subject) =>
      `The type of m${subject} is invalid. You must use only the following supported type prefixes: Binary, Number, String.`
  if (byteLength(type) >= 257) return invalidParameter('Message (user) attribute types must be shorter than 256 Bytes')
  const binary = type.startsWith('Binary')
  if (text && bytes?.length) return (subject) => `M${subject} must have a single value.`
  if (binary ? text : bytes?.length)
    return (subject) => `M${subject} with type '${type}' must use field '${binary ? 'Binary' : 'String'}'.`
  if (binary ? !bytes?.length : !text)
    return (subject) => `M${subject} must contain a non-empty value of type '${type.split('.')[0]}'.`
  if (!binary && !isValidText(text as string)) return invalidParameter(INVALID_TEXT)
  if (type.startsWith('Number') && !NUMBER.test(text as string))
    return (subject) => `Can't cast the value of m${subject} to a number.`
}

/** Bytes that count towards the size of a message: names, types and values. */
export function sizeOfAttributes(attributes: MessageAttributes | undefined): number {
  if (!attributes) return 0
  let size = 0
  for (const [name, { DataType = '', StringValue = '', BinaryValue }] of Object.entries(attributes))
    size += byteLength(name) + byteLength(DataType) + byteLength(StringValue) + (BinaryValue?.length ?? 0)
  return size
}

const STRING = Buffer.from([1])
const BINARY = Buffer.from([2])

/**
 * MD5 over sorted names, types and values, each with its length.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  if (!attributes) return undefined
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const digest = createHash('md5')
  const update = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    digest.update(length).update(bytes)
  }
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] as MessageAttributeValue
    update(Buffer.from(name))
    update(Buffer.from(DataType))
    digest.update(BinaryValue ? BINARY : STRING)
    update(BinaryValue ?? Buffer.from(StringValue ?? ''))
  }
  return digest.digest('hex')
}

/** The attributes whose names a receive asks for: a name, `All`, `*`, `.*`, or a prefix as `foo.*`. */
export function selectAttributes(
  attributes: MessageAttributes | undefined,
  asked: readonly string[],
): MessageAttributes | undefined {
  if (!attributes || asked.length === 0) return undefined
  const wanted = (name: string) =>
    asked.some((each) =>
      each === 'All' || each === '*' || each === '.*'
        ? true
        : each.endsWith('.*')
          ? name.startsWith(each.slice(0, -2))
          : each === name,
    )
  const selected = Object.entries(attributes).filter(([name]) => wanted(name))
  return selected.length > 0 ? Object.fromEntries(selected) : undefined
}
