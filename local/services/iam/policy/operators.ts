import { BlockList, isIP } from 'node:net'
import { arnGlob, glob } from './glob.ts'

/** Whether a request's value satisfies one value of the policy. */
export type Comparison = (given: string, wanted: string) => boolean

export interface Operator {
  readonly compare: Comparison
  /** The condition holds where no value of the policy compares, an absent key included. */
  readonly negated: boolean
  /** The values may hold policy variables. */
  readonly variables: boolean
}

const plain = (compare: Comparison): Operator => ({ compare, negated: false, variables: false })
const withVariables = (compare: Comparison): Operator => ({ compare, negated: false, variables: true })
const not = (operator: Operator): Operator => ({ ...operator, negated: true })

const number =
  (holds: (given: number, wanted: number) => boolean): Comparison =>
  (given, wanted) => {
    const [a, b] = [Number(given), Number(wanted)]
    return given.trim() !== '' && !Number.isNaN(a) && !Number.isNaN(b) && holds(a, b)
  }

/** ISO 8601 or seconds since the epoch. */
const instant = (text: string): number =>
  /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text.length <= 10 ? `${text}T00:00:00Z` : text)

const date =
  (holds: (given: number, wanted: number) => boolean): Comparison =>
  (given, wanted) => {
    const [a, b] = [instant(given), instant(wanted)]
    return !Number.isNaN(a) && !Number.isNaN(b) && holds(a, b)
  }

const equal = (a: number, b: number): boolean => a === b
const less = (a: number, b: number): boolean => a < b
const lessOrEqual = (a: number, b: number): boolean => a <= b
const greater = (a: number, b: number): boolean => a > b
const greaterOrEqual = (a: number, b: number): boolean => a >= b

const stringEquals = withVariables((given, wanted) => given === wanted)
const stringEqualsIgnoreCase = withVariables((given, wanted) => given.toLowerCase() === wanted.toLowerCase())
const stringLike = withVariables(memoized((wanted) => glob(wanted)))
// ArnEquals and ArnLike behave alike, wildcards included.
const arnLike = withVariables(memoized((wanted) => arnGlob(wanted)))
const ipAddress = plain(memoized((wanted) => inRange(wanted)))

/** The condition operators by their bare names (without `ForAnyValue:`, `ForAllValues:` and `IfExists`), but for `Null`. */
export const operators: Readonly<Record<string, Operator>> = {
  StringEquals: stringEquals,
  StringNotEquals: not(stringEquals),
  StringEqualsIgnoreCase: stringEqualsIgnoreCase,
  StringNotEqualsIgnoreCase: not(stringEqualsIgnoreCase),
  StringLike: stringLike,
  StringNotLike: not(stringLike),
  NumericEquals: plain(number(equal)),
  NumericNotEquals: not(plain(number(equal))),
  NumericLessThan: plain(number(less)),
  NumericLessThanEquals: plain(number(lessOrEqual)),
  NumericGreaterThan: plain(number(greater)),
  NumericGreaterThanEquals: plain(number(greaterOrEqual)),
  DateEquals: plain(date(equal)),
  DateNotEquals: not(plain(date(equal))),
  DateLessThan: plain(date(less)),
  DateLessThanEquals: plain(date(lessOrEqual)),
  DateGreaterThan: plain(date(greater)),
  DateGreaterThanEquals: plain(date(greaterOrEqual)),
  Bool: withVariables((given, wanted) => given.toLowerCase() === wanted.toLowerCase()),
  BinaryEquals: plain((given, wanted) => given === wanted),
  IpAddress: ipAddress,
  NotIpAddress: not(ipAddress),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  ArnNotEquals: not(arnLike),
  ArnNotLike: not(arnLike),
}

/** Patterns repeat from request to request: each is compiled once, up to a bound that variables cannot break. */
function memoized(compile: (wanted: string) => (given: string) => boolean): Comparison {
  const compiled = new Map<string, (given: string) => boolean>()
  return (given, wanted) => {
    let matches = compiled.get(wanted)
    if (!matches) {
      if (compiled.size >= 1_000) compiled.clear()
      matches = compile(wanted)
      compiled.set(wanted, matches)
    }
    return matches(given)
  }
}

function inRange(cidr: string): (given: string) => boolean {
  const [address = '', prefix] = cidr.split('/')
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  try {
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  } catch {
    return () => false
  }
  return (given) => isIP(given) !== 0 && list.check(given, given.includes(':') ? 'ipv6' : 'ipv4')
}
