import { AssemblyError } from './error.ts'

/** What the intrinsics of one stack refer to. */
export interface Scope {
  /** For messages. */
  readonly stackName: string
  readonly region: string
  /** `Ref`: a parameter's value, a pseudo parameter's or a resource's; `noValue` for `AWS::NoValue`. */
  ref(name: string): unknown
  getAtt(logicalId: string, attribute: string): unknown
  condition(name: string): boolean
  mapping(map: string, top: string, second: string): unknown
  importValue(name: string): unknown
}

/** The value that makes its property or list element disappear. */
export const noValue = Symbol('AWS::NoValue')

type Intrinsic = (argument: unknown, scope: Scope) => unknown

/** Replaces every intrinsic function of a value. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, scope)).filter((one) => one !== noValue)
  if (typeof value !== 'object' || value === null) return value
  const intrinsic = intrinsicOf(value)
  if (intrinsic) return (intrinsics[intrinsic.name] as Intrinsic)(intrinsic.argument, scope)
  const entries = Object.entries(value).map(([key, member]) => [key, resolve(member, scope)] as const)
  return Object.fromEntries(entries.filter(([, member]) => member !== noValue))
}

/** The intrinsic function that an object is, if it is one. */
export function intrinsicOf(value: object): { readonly name: string; readonly argument: unknown } | undefined {
  const keys = Object.keys(value)
  const name = keys[0]
  if (keys.length !== 1 || name === undefined || !Object.hasOwn(intrinsics, name)) return undefined
  const argument = (value as Record<string, unknown>)[name]
  // `Condition` is also an ordinary key: of a policy statement, for one.
  return name === 'Condition' && typeof argument !== 'string' ? undefined : { name, argument }
}

const fail = (scope: Scope, message: string): never => {
  throw new AssemblyError(`Stack ${scope.stackName}: ${message}`, [])
}

function list(value: unknown, scope: Scope, name: string): unknown[] {
  const resolved = resolve(value, scope)
  return Array.isArray(resolved) ? resolved : fail(scope, `${name} needs a list, not ${JSON.stringify(resolved)}`)
}

function text(value: unknown, scope: Scope, name: string): string {
  const resolved = resolve(value, scope)
  if (typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean')
    return String(resolved)
  return fail(scope, `${name} needs a string, not ${resolved === noValue ? 'AWS::NoValue' : JSON.stringify(resolved)}`)
}

/** The arguments of a function that takes a fixed number of them. */
function tuple(argument: unknown, length: number, scope: Scope, name: string): unknown[] {
  if (Array.isArray(argument) && argument.length === length) return argument
  return fail(scope, `${name} takes ${length} arguments: ${JSON.stringify(argument)}`)
}

const boolean = (value: unknown, scope: Scope): boolean => {
  const resolved = resolve(value, scope)
  return resolved === true || resolved === 'true'
}

const several = (argument: unknown, scope: Scope, name: string): unknown[] =>
  Array.isArray(argument) && argument.length >= 1 ? argument : fail(scope, `${name} takes a list of conditions`)

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(String(name)),
  Condition: (name, scope) => scope.condition(String(name)),
  'Fn::GetAtt': (argument, scope) => {
    const [id, ...path] = Array.isArray(argument) ? argument : String(argument).split('.')
    return scope.getAtt(String(id), path.map((part) => text(part, scope, 'Fn::GetAtt')).join('.'))
  },
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope) => {
    const [delimiter, parts] = tuple(argument, 2, scope, 'Fn::Join')
    return list(parts, scope, 'Fn::Join')
      .map((part) => text(part, scope, 'Fn::Join'))
      .join(String(delimiter))
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = tuple(argument, 2, scope, 'Fn::Split')
    return text(source, scope, 'Fn::Split').split(String(delimiter))
  },
  'Fn::Select': (argument, scope) => {
    const [index, source] = tuple(argument, 2, scope, 'Fn::Select')
    const elements = list(source, scope, 'Fn::Select')
    const position = Number(text(index, scope, 'Fn::Select'))
    if (!(position in elements)) fail(scope, `Fn::Select has no element ${position} in ${JSON.stringify(elements)}`)
    return elements[position]
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = tuple(argument, 3, scope, 'Fn::If')
    return resolve(scope.condition(String(name)) ? yes : no, scope)
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = tuple(argument, 2, scope, 'Fn::Equals').map((side) => resolve(side, scope))
    return JSON.stringify(left) === JSON.stringify(right) || String(left) === String(right)
  },
  'Fn::And': (argument, scope) => several(argument, scope, 'Fn::And').every((one) => boolean(one, scope)),
  'Fn::Or': (argument, scope) => several(argument, scope, 'Fn::Or').some((one) => boolean(one, scope)),
  'Fn::Not': (argument, scope) => !boolean(tuple(argument, 1, scope, 'Fn::Not')[0], scope),
  'Fn::Contains': (argument, scope) => {
    const [elements, element] = tuple(argument, 2, scope, 'Fn::Contains')
    return list(elements, scope, 'Fn::Contains').includes(resolve(element, scope))
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = tuple(argument, 3, scope, 'Fn::FindInMap').map((key) =>
      text(key, scope, 'Fn::FindInMap'),
    )
    return scope.mapping(map as string, top as string, second as string)
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(argument, scope, 'Fn::Base64')).toString('base64'),
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(argument, scope, 'Fn::ImportValue')),
  'Fn::GetAZs': (argument, scope) => {
    const region = text(argument, scope, 'Fn::GetAZs') || scope.region
    return ['a', 'b', 'c'].map((zone) => region + zone)
  },
}

/** `${Name}`, `${Resource.Attribute}` and `${!Literal}`. */
function substitute(argument: unknown, scope: Scope): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}]
  const own = variables as Record<string, unknown>
  return String(template).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, body: string) => {
    if (literal) return `\${${body}}`
    const name = body.trim()
    if (Object.hasOwn(own, name)) return text(own[name], scope, 'Fn::Sub')
    const dot = name.indexOf('.')
    const value = dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1))
    return text(value, scope, 'Fn::Sub')
  })
}
