import { intrinsicOf } from './intrinsics.ts'

/** A name that a template's value refers to. */
export interface Reference {
  readonly kind: 'ref' | 'attribute' | 'condition' | 'function'
  readonly name: string
}

/** Every name that a value refers to, and every key that looks like a function but is none we have. */
export function* references(value: unknown): Generator<Reference> {
  if (Array.isArray(value)) {
    for (const element of value) yield* references(element)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const intrinsic = intrinsicOf(value)
  if (intrinsic) {
    yield* named(intrinsic.name, intrinsic.argument)
    if (intrinsic.name !== 'Ref' && intrinsic.name !== 'Condition') yield* references(intrinsic.argument)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    if (key.startsWith('Fn::')) yield { kind: 'function', name: key }
    yield* references(member)
  }
}

function* named(name: string, argument: unknown): Generator<Reference> {
  switch (name) {
    case 'Ref':
      yield { kind: 'ref', name: String(argument) }
      break
    case 'Condition':
      yield { kind: 'condition', name: String(argument) }
      break
    case 'Fn::If':
      yield { kind: 'condition', name: String((argument as unknown[])[0]) }
      break
    case 'Fn::GetAtt':
      yield { kind: 'attribute', name: String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]) }
      break
    case 'Fn::Sub':
      yield* inText(argument)
  }
}

function* inText(argument: unknown): Generator<Reference> {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}]
  for (const [, body = ''] of String(template).matchAll(/\$\{([^!}][^}]*)\}/g)) {
    const name = body.trim()
    if (Object.hasOwn(variables as object, name)) continue
    const dot = name.indexOf('.')
    yield dot < 0 ? { kind: 'ref', name } : { kind: 'attribute', name: name.slice(0, dot) }
  }
}
