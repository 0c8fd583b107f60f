import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BuildContext, context } from 'esbuild'
import {
  type BundledHandler,
  bundled,
  explained,
  splitHandlers,
  splitOptions,
} from '../../lib/constructs/bundle/bundle.ts'
import { flattenBeside, type SplitHandler } from '../../lib/constructs/bundle/flatten.ts'
import { HANDLERS } from '../../lib/constructs/bundle/handler-code.ts'

type Options = ReturnType<typeof splitOptions>

/** A bundler that keeps what it has read: after the first run it takes what a saved file changes. One call at a time. */
export class Bundler {
  /** What was made last, by what it was made of. */
  #known: ReadonlyMap<string, BundledHandler> = new Map()
  #running: { readonly handlers: string; readonly context: BuildContext<Options> } | undefined

  /**
   * Bundles the functions of an assembly, as its `handlers.json` tells them.
   * @throws Error with every message of the bundler
   */
  async bundle(assembly: string, root: string): Promise<ReadonlyMap<string, BundledHandler>> {
    const handlers = readFileSync(join(assembly, HANDLERS), 'utf8')
    const files = Object.entries(JSON.parse(handlers) as Record<string, string>)
    const entries = new Map(files.map(([name, file]) => [name, resolve(root, file)]))
    if (this.#running?.handlers !== handlers) {
      await this.close()
      this.#running = { handlers, context: await context(splitOptions(root, entries)) }
    }
    try {
      return await this.#flat(splitHandlers(root, entries, await this.#running.context.rebuild()))
    } catch (error) {
      throw explained(error)
    }
  }

  async #flat(split: ReadonlyMap<string, SplitHandler>): Promise<ReadonlyMap<string, BundledHandler>> {
    const known = this.#known
    const changed = [...split.values()].filter((handler) => !known.has(keyOf(handler)))
    const flat = await flattenBeside(changed)
    const now = [...split.values()].map((handler): [string, BundledHandler] => {
      const key = keyOf(handler)
      return [key, known.get(key) ?? bundled(flat.get(handler.entry))]
    })
    this.#known = new Map(now)
    return new Map([...split].map(([name, handler]) => [name, this.#known.get(keyOf(handler)) as BundledHandler]))
  }

  async close(): Promise<void> {
    await this.#running?.context.dispose()
    this.#running = undefined
  }
}

/** Chunks are named by their content. */
const keyOf = ({ entry, files }: SplitHandler): string => {
  const hash = createHash('sha256').update(files.get(entry) ?? '')
  return `${hash.digest('hex')} ${[...files.keys()].sort().join(' ')}`
}
