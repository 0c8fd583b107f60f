import type { Json } from '../json.ts'
import { compact } from '../json.ts'
import { NoResult } from '../json-path/evaluate.ts'
import { valueAt } from '../json-path/resolve.ts'
import { Problem, runtimeProblem } from '../problem.ts'
import type { Scope } from '../scope.ts'
import { IntrinsicError, intrinsicFunctions } from './functions.ts'
import { type Intrinsic, parseIntrinsic } from './parse.ts'

/**
 * Runs an intrinsic function, `$` in it being `document`.
 * @throws Problem States.IntrinsicFailure, or States.Runtime where a path names nothing
 */
export function evaluateIntrinsic(text: string, document: Json, scope: Scope): Json {
  const evaluate = (node: Intrinsic): Json => {
    if (node.kind === 'value') return node.value
    if (node.kind === 'text') return unescaped(node.raw)
    if (node.kind === 'path') return valueAt(node.path, document, scope)
    const call = intrinsicFunctions[node.name]
    if (!call) throw new IntrinsicError(`The function ${node.name} does not exist`)
    const template = node.arguments[0]
    // Format reads its own escapes in a literal template.
    if (node.name === 'States.Format' && template?.kind === 'text')
      return call([template.raw, ...node.arguments.slice(1).map(evaluate)], scope)
    return call(node.arguments.map(evaluate), scope)
  }
  try {
    return evaluate(parseIntrinsic(text))
  } catch (error) {
    if (error instanceof NoResult)
      throw runtimeProblem(
        `The function '${text}' had the following error: The JSONPath argument could not be found in the input '${compact(document)}'`,
      )
    if (error instanceof IntrinsicError || error instanceof SyntaxError)
      throw new Problem('States.IntrinsicFailure', `The function '${text}' had the following error: ${error.message}`)
    throw error
  }
}

const unescaped = (raw: string): string =>
  raw.replace(/\\([\s\S])/g, (_, character: string) => escapes[character] ?? character)

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
