/**
 * A saga's steps take their input from the saga's own input and from the answers of earlier steps. What those will be is known
 * only when a saga runs, so a declaration holds references to them, which become JSONata expressions.
 */
declare const VALUE: unique symbol

export interface Ref<T> {
  /** Of the type system only. */
  readonly [VALUE]: T
}

/**
 * References to a value and to each of its members. Lists can be passed on whole, not looked into. A member of what may be missing may be
 * missing itself, and is left out then.
 */
export type Refs<T> = Ref<T> & Members<NonNullable<T>, Extract<T, undefined>>
type Members<T, Missing> = [T] extends [readonly unknown[]]
  ? unknown
  : [T] extends [object]
    ? { readonly [K in keyof T]-?: Refs<T[K] | Missing> }
    : unknown

/** JSON in which any part may be a reference. */
export type Template<T> =
  | Ref<T>
  | ([T] extends [string | number | boolean | null | undefined]
      ? T
      : [T] extends [readonly (infer E)[]]
        ? readonly Template<E>[]
        : { readonly [K in keyof T]: Template<T[K]> })

const PATH = Symbol('path')

/** A reference to a variable, from which others are taken by naming members. */
export function refTo(variable: string): unknown {
  return reference([variable])
}

function reference(path: readonly string[]): object {
  return new Proxy(Object.freeze({ [PATH]: path }), {
    get: (target, name) =>
      name === PATH ? target[PATH] : typeof name === 'string' ? reference([...path, name]) : undefined,
  })
}

/** The path of a reference, beginning with the variable; `undefined` for anything else. */
export function pathOf(value: unknown): readonly string[] | undefined {
  return typeof value === 'object' && value !== null && PATH in value ? (value[PATH] as readonly string[]) : undefined
}

/** As JSONata writes it. */
export function expression(path: readonly string[]): string {
  const [variable = '', ...members] = path
  return [`$${variable}`, ...members.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``))].join('.')
}

/** The variables that a template refers to. */
export function variablesIn(template: unknown): readonly string[] {
  const path = pathOf(template)
  if (path) return path.slice(0, 1)
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(variablesIn) : []
}

/**
 * The template as Step Functions takes it: JSON, or one JSONata expression where it refers to anything. In an object of JSONata a member that
 * is not there is left out; a JSON object of expressions would fail.
 * @throws TypeError for what it cannot hold
 */
export function rendered(template: unknown): unknown {
  const text = jsonataOf(template)
  if (variablesIn(template).length > 0) return `{% ${text} %}`
  if (text.includes('"{%')) throw new TypeError('a text begins with {%, which Step Functions reads as an expression')
  return template
}

function jsonataOf(template: unknown): string {
  const path = pathOf(template)
  if (path) return expression(path)
  if (Array.isArray(template)) return `[${template.map(jsonataOf).join(', ')}]`
  if (typeof template === 'object' && template !== null) {
    const members = Object.entries(template).filter(([, value]) => value !== undefined)
    return `{ ${members.map(([name, value]) => `${JSON.stringify(name)}: ${jsonataOf(value)}`).join(', ')} }`
  }
  if (['string', 'number', 'boolean'].includes(typeof template) || template === null) return JSON.stringify(template)
  throw new TypeError(`${typeof template} is no JSON`)
}
