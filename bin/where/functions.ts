import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HANDLERS } from '../../lib/constructs/bundle/handler-code.ts'

/** The functions of an assembly: sources, and hashes of the code that was made of them, by name. */
export interface Functions {
  readonly entries: ReadonlyMap<string, string>
  readonly hashes: ReadonlyMap<string, string>
}

export function functionsOf(assembly: string, root: string): Functions {
  const handlers = JSON.parse(readFileSync(join(assembly, HANDLERS), 'utf8')) as Record<string, string>
  const manifests = readdirSync(assembly).filter((name) => name.endsWith('.assets.json'))
  const hashes = manifests.flatMap((name) => {
    const { files } = JSON.parse(readFileSync(join(assembly, name), 'utf8')) as {
      readonly files: Record<string, { readonly displayName?: string }>
    }
    return Object.entries(files).map(
      ([hash, { displayName = '' }]) => [displayName.replace(/ code$/, ''), hash] as const,
    )
  })
  return {
    entries: new Map(Object.entries(handlers).map(([name, file]) => [name, resolve(root, file)])),
    hashes: new Map(hashes),
  }
}

/** A function's own name, or the id of its consumer (`orders.place-order`). */
export const functionNamed = ({ entries }: Functions, wanted: string): string | undefined => {
  const tail = `-${wanted.replaceAll('.', '-')}`
  return [...entries.keys()].find((name) => name === wanted || name.endsWith(tail))
}
