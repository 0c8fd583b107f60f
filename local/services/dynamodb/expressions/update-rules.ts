import { typeOf, typeWord, type Value } from '../values/value.ts'
import { notDistinct } from './condition-rules.ts'
import { samePath } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import type { Operand } from './syntax.ts'

/** Notes the first broken rule of each kind while an update is bound; which of them is told depends on the others. */
export class UpdateRules {
  /** Broken by an ADD or DELETE. */
  operator: string | undefined
  /** Broken by a function, or by a sum. */
  function: string | undefined

  checkOperator(operator: 'ADD' | 'DELETE', value: Value | undefined): void {
    const type = value && typeOf(value)
    if (!type || type === 'SS' || type === 'NS' || type === 'BS' || (operator === 'ADD' && type === 'N')) return
    this.operator ??= `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${typeWord(type)}, typeSet: ALLOWED_FOR_${operator}_OPERAND`
  }

  checkArguments(name: string, args: readonly Operand[], placeholders: Placeholders): void {
    if (args.length !== 2)
      this.function ??= `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`
    else if (name !== 'if_not_exists') this.#checkTypes(name, args, name === 'list_append' ? 'L' : 'N', placeholders)
    else this.#checkPaths(name, args, placeholders)
  }

  #checkPaths(name: string, [first, second]: readonly Operand[], placeholders: Placeholders): void {
    if (first?.kind !== 'path')
      this.function ??= `Operator or function requires a document path; operator or function: ${name}`
    else if (second?.kind === 'path') {
      const [path, other] = [placeholders.path(first.steps), placeholders.path(second.steps)]
      if (samePath(path, other)) this.function ??= notDistinct(name, path)
    }
  }

  #checkTypes(name: string, args: readonly Operand[], wanted: 'L' | 'N', placeholders: Placeholders): void {
    for (const argument of args) {
      if (argument.kind !== 'value') continue
      const type = typeOf(placeholders.value(argument.placeholder))
      if (type === wanted) continue
      this.function ??= `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`
    }
  }
}
