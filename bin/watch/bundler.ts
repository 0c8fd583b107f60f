import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { BundledHandler } from '../../lib/constructs/bundle/bundle.ts'
import { HANDLERS } from '../../lib/constructs/bundle/handler-code.ts'

export type Bundled = ReadonlyMap<string, BundledHandler>

/** What the thread answers. */
export type Answer = { readonly bundled: Bundled } | { readonly problem: string }

/** Bundles an assembly's functions anew, in a thread of its own: the cloud goes on meanwhile. One call at a time. */
export class Bundler {
  readonly #worker = new Worker(new URL('./bundler-thread.ts', import.meta.url))

  /** @throws Error with every message of the bundler */
  async bundle(assembly: string, root: string): Promise<Bundled> {
    const handlers = JSON.parse(readFileSync(join(assembly, HANDLERS), 'utf8')) as Record<string, string>
    const entries = new Map(Object.entries(handlers).map(([name, file]) => [name, resolve(root, file)]))
    const answered = new Promise<Answer>((done, failed) => {
      this.#worker.once('message', done)
      this.#worker.once('error', failed)
    })
    this.#worker.postMessage({ root, entries })
    const answer = await answered
    if ('problem' in answer) throw new Error(answer.problem)
    return answer.bundled
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
