import type { AwsError } from '../../../errors.ts'
import { invalid, invalidParameter } from '../errors.ts'
import { plainBytes } from './codec.ts'
import { compareNumbers, normalNumber, numberSize } from './number.ts'
import type { Tally, Wording } from './tally.ts'
import { utf8Length } from './value.ts'

/*
 * A set's members are given back in DynamoDB's own order: texts and binaries by their bytes, numbers by value
 * (recorded 2026-10).
 */

export function checkedStrings(members: readonly string[], tally: Tally): string[] {
  if (members.length === 0) throw invalidParameter('An string set  may not be empty')
  if (new Set(members).size < members.length) throw repeatedString(members, tally.wording)
  for (const member of members) tally.size += utf8Length(member)
  return members.length === 1 ? [...members] : byBytes(members, 'utf8')
}

export function checkedNumbers(members: readonly string[], tally: Tally): string[] {
  if (members.length === 0) throw invalidParameter('An number set  may not be empty')
  const numbers = members.map((member) => normalNumber(member, tally.wording))
  if (new Set(numbers).size < numbers.length)
    throw tally.wording === 'current'
      ? invalidParameter('Input collection contains duplicates.')
      : invalid('Input collection contains duplicates')
  for (const number of numbers) tally.size += numberSize(number)
  return numbers.sort(compareNumbers)
}

export function checkedBinaries(members: readonly Uint8Array[], tally: Tally): Uint8Array[] {
  if (members.length === 0) throw invalidParameter('Binary sets should not be empty')
  const texts = members.map(base64)
  if (new Set(texts).size < texts.length) throw repeatedBinary(texts, tally.wording)
  tally.binary = true
  for (const member of members) tally.size += member.length
  return members.map(plainBytes).sort(Buffer.compare)
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function repeatedString(members: readonly string[], wording: Wording): AwsError {
  const told = wording === 'current' ? asCollected(members, 'utf8').map((member) => `"${member}"`) : members
  return invalidParameter(`Input collection [${told.join(', ')}] contains duplicates.`)
}

function repeatedBinary(texts: readonly string[], wording: Wording): AwsError {
  const told =
    wording === 'current'
      ? asCollected(texts, 'base64')
          .map((text) => `"${text}"`)
          .join(',')
      : texts.join(', ')
  return invalidParameter(`Input collection [${told}]of type BS contains duplicates.`)
}

/** Members up to the first that repeats in the order of their bytes, then the rest as it came. */
function asCollected(members: readonly string[], encoding: 'utf8' | 'base64'): string[] {
  const repeat = members.findIndex((member, at) => members.indexOf(member) < at)
  return [...byBytes(members.slice(0, repeat), encoding), ...members.slice(repeat)]
}

const byBytes = (members: readonly string[], encoding: 'utf8' | 'base64'): string[] =>
  [...members].sort((a, b) => Buffer.compare(Buffer.from(a, encoding), Buffer.from(b, encoding)))
