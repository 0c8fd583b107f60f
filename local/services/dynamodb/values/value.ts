import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Value = AttributeValue
export type Item = Record<string, Value>

export type TypeName = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'BOOL' | 'NULL'

/** The type of a checked value. */
export function typeOf(value: Value): TypeName {
  for (const type in value) return type as TypeName
  throw new TypeError('A checked attribute value has a type')
}

/** The types whose values may be a key. */
export type KeyType = 'S' | 'N' | 'B'

const typeWords: Readonly<Record<TypeName, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  M: 'MAP',
  L: 'LIST',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
}

/** The word that messages about operands of an update use for a type. */
export const typeWord = (type: TypeName): string => typeWords[type]

export const utf8Length = (text: string): number => Buffer.byteLength(text, 'utf8')
