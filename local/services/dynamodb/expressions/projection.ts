import type { Item, Value } from '../values/value.ts'
import { ExpressionError, Parser } from './parser.ts'
import { child, type Path, pathConflict } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import type { Step } from './syntax.ts'

/** @throws ExpressionError on bad syntax or a reserved word */
export function parseProjection(text: string): readonly (readonly Step[])[] {
  const parser = new Parser(text)
  const paths = parser.commaSeparated(() => parser.path())
  parser.expectEnd()
  if (parser.reserved !== undefined)
    throw new ExpressionError(`Attribute name is a reserved keyword; reserved keyword: ${parser.reserved}`)
  return paths
}

export function bindProjection(steps: readonly (readonly Step[])[], placeholders: Placeholders): readonly Path[] {
  const paths = steps.map((path) => placeholders.path(path))
  if (placeholders.firstUndefined !== undefined) throw new ExpressionError(placeholders.firstUndefined)
  const { overlap, conflict } = pathConflict(paths)
  const rule = overlap ?? conflict
  if (rule !== undefined) throw new ExpressionError(rule)
  return paths
}

/** The parts of the item at the paths. Chosen elements of a list close up in their order. */
export function project(item: Item, paths: readonly Path[]): Item {
  const out: Item = {}
  for (const [name, tree] of treeOf(paths)) {
    const value = Object.hasOwn(item, name) ? item[name as string] : undefined
    const part = value && prune(value, tree)
    if (part) out[name as string] = part
  }
  return out
}

/** What is wanted below a step; an empty tree wants all of it. */
type Tree = Map<string | number, Tree>

function treeOf(paths: readonly Path[]): Tree {
  const root: Tree = new Map()
  for (const path of paths) {
    let node = root
    for (const step of path) {
      const below: Tree = node.get(step) ?? new Map()
      node.set(step, below)
      node = below
    }
  }
  return root
}

function prune(value: Value, tree: Tree): Value | undefined {
  if (tree.size === 0) return value
  const steps = [...tree.keys()]
  const parts = steps.flatMap((step) => {
    const below = child(value, step)
    const part = below && prune(below, tree.get(step) as Tree)
    return part ? [[step, part] as const] : []
  })
  if (parts.length === 0) return undefined
  if (value.M) return { M: Object.fromEntries(parts) }
  return { L: [...parts].sort(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part) }
}
