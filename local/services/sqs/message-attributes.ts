import { createHash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
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
const NUMBER = /^-?\d*\.?\d+(e[+-]?\d+)?$/i

const byteLength = (text: string): number => Buffer.byteLength(text)

/** @throws InvalidParameterValue for the first attribute that breaks a rule */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes)
  if (names.length > 10)
    throw invalidParameter(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`)
  for (const [name, value] of Object.entries(attributes)) {
    checkName(name)
    checkValue(name, value)
  }
}

function checkName(name: string): void {
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

function checkValue(name: string, value: MessageAttributeValue): void {
  const type = value.DataType
  if (!type) throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute type.`)
  if (!/^(String|Number|Binary)(\..*)?$/.test(type))
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  if (byteLength(type) >= 257) throw invalidParameter('Message (user) attribute types must be shorter than 256 Bytes')
  const kind = type.split('.')[0] as 'String' | 'Number' | 'Binary'
  if (kind === 'Binary' ? !value.BinaryValue?.length : !value.StringValue)
    throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`)
  if (value.StringListValues?.length || value.BinaryListValues?.length)
    throw invalidParameter(`Message attribute list values in SendMessage operation are not supported.`)
  if (kind !== 'Binary' && !isValidText(value.StringValue ?? '')) throw invalidParameter(INVALID_TEXT)
  if (kind === 'Number' && !NUMBER.test(value.StringValue ?? ''))
    throw invalidParameter(`Could not cast message attribute '${name}' value to number.`)
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
