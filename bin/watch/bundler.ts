import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BuildContext, context } from 'esbuild'
import { type BundledHandler, bundlerOptions, explained, handlersOf } from '../../lib/constructs/bundle/bundle.ts'
import { HANDLERS } from '../../lib/constructs/bundle/handler-code.ts'

type Options = ReturnType<typeof bundlerOptions>

/** A bundler that keeps what it has read: after the first run it takes what a saved file changes. One call at a time. */
export class Bundler {
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
      this.#running = { handlers, context: await context(bundlerOptions(root, entries)) }
    }
    try {
      return handlersOf(entries, await this.#running.context.rebuild())
    } catch (error) {
      throw explained(error)
    }
  }

  async close(): Promise<void> {
    await this.#running?.context.dispose()
    this.#running = undefined
  }
}
