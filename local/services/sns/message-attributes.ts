import type { MessageAttributeValue } from '@aws-sdk/client-sns'
import { invalidAttribute, validationError } from './errors.ts'
import type { MessageAttribute } from './topic.ts'

/** A decimal number, as Java reads one. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

type Given = Readonly<Record<string, MessageAttributeValue>>

/**
 * Checks the attributes of a message; `path` is where they stand in the request.
 * @throws AwsError ParameterValueInvalid, ValidationError
 */
export function messageAttributes(given: Given | undefined, path = 'messageAttributes'): Map<string, MessageAttribute> {
  const attributes = new Map<string, MessageAttribute>()
  for (const [name, value] of Object.entries(given ?? {})) {
    checkName(name)
    if (value.DataType === undefined)
      throw validationError(`${path}.${name}.member.dataType`, 'null', 'Member must not be null')
    checkValue(name, value.DataType, value)
    attributes.set(name, { type: value.DataType, text: value.StringValue, binary: value.BinaryValue })
  }
  return attributes
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > 256)
    throw invalidAttribute('Length of message attribute name must be less than 256 bytes.')
  const wrong = /[^A-Za-z0-9_.-]/.exec(name)?.[0]
  if (wrong !== undefined) {
    const code = wrong.charCodeAt(0).toString(16).toUpperCase()
    throw invalidAttribute(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    )
  }
  if (name.startsWith('.'))
    throw invalidAttribute("Invalid message attribute name starting with character '.' was found.")
  if (name.endsWith('.')) throw invalidAttribute("Invalid message attribute name ending with character '.' was found.")
  if (name.includes('..')) throw invalidAttribute("Message attribute name can not have successive '.' character.")
}

function checkValue(name: string, type: string, { StringValue, BinaryValue }: MessageAttributeValue): void {
  const kind = type.split('.')[0] ?? ''
  if (!['String', 'Number', 'Binary'].includes(kind))
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  const binary = kind === 'Binary'
  if (binary ? StringValue : BinaryValue?.length)
    throw invalidAttribute(
      `The message attribute '${name}' with type '${type}' must use field '${binary ? 'Binary' : 'String'}'.`,
    )
  if (binary ? !BinaryValue?.length : !StringValue)
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    )
  if (kind === 'Number' && !NUMBER.test(StringValue ?? ''))
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`)
}

/** Bytes that the attributes add to a message. */
export function attributeBytes(attributes: ReadonlyMap<string, MessageAttribute>): number {
  let bytes = 0
  for (const [name, { type, text = '', binary }] of attributes)
    bytes += Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(text) + (binary?.length ?? 0)
  return bytes
}
