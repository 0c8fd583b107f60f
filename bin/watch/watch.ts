import { rmSync } from 'node:fs'
import type { DeployedStack } from '../../local/assembly/index.ts'
import { Bundler } from './bundler.ts'
import { watchFolders } from './folders.ts'
import { recode } from './recode.ts'

export interface WatchOptions {
  /** Folders whose change may change what runs. */
  readonly sources: readonly string[]
  readonly root: string
  /** The assembly that runs. */
  readonly assembly: string
  /** Folder for the watch's own files. */
  readonly scratch: string
  /** Makes `assembly` that of the sources as they are now. */
  synthesize(): Promise<void>
  deploy(assembly: string): Promise<readonly DeployedStack[]>
  onChange(change: WatchedChange): void
}

/** What a saved file led to. */
export type WatchedChange =
  /** Functions run their new code; `milliseconds` since the file was saved. */
  | { readonly kind: 'code'; readonly functions: readonly string[]; readonly milliseconds: number }
  /** The whole app as it synthesizes now; resources that changed beside the code. */
  | { readonly kind: 'app'; readonly stacks: readonly DeployedStack[]; readonly milliseconds: number }
  /** After a problem all is again as it runs. */
  | { readonly kind: 'mended' }
  /** What was saved does not bundle, synthesize or deploy: what runs stays. */
  | { readonly kind: 'problem'; readonly message: string }

/** An editor writes a file in more than one step. */
const SETTLE_MS = 20

/**
 * Brings every saved source into a running cloud, in two steps: the functions' new code at once, then whatever else the app
 * synthesizes to. @returns ends the watch
 */
export function watch(options: WatchOptions): () => Promise<void> {
  const bundler = new Bundler()
  rmSync(options.scratch, { recursive: true, force: true })
  let savedAt: number | undefined
  let troubled = false
  const work = async (): Promise<void> => {
    while (savedAt !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      const since = savedAt
      savedAt = undefined
      try {
        const told = await bring(options, bundler, since, () => savedAt !== undefined)
        if (troubled && !told) options.onChange({ kind: 'mended' })
        troubled = false
      } catch (error) {
        troubled = true
        options.onChange({ kind: 'problem', message: (error as Error).message })
      }
    }
  }
  // The bundler's first run takes longest: not when somebody waits for it.
  const warm = bundler.bundle(options.assembly, options.root).then(
    () => undefined,
    () => undefined,
  )
  let working: Promise<void> | undefined = warm.then(work).finally(() => {
    working = undefined
  })
  const unwatch = watchFolders(options.sources, () => {
    savedAt ??= performance.now()
    working ??= work().finally(() => {
      working = undefined
    })
  })
  return async () => {
    unwatch()
    await working
    await bundler.close()
  }
}

/** `stale` says that something was saved meanwhile: the second step is then left to the next round. @returns whether it told anything */
async function bring(
  { root, assembly, scratch, synthesize, deploy, onChange }: WatchOptions,
  bundler: Bundler,
  since: number,
  stale: () => boolean,
): Promise<boolean> {
  const passed = () => performance.now() - since
  const patched = `${scratch}/cdk.out`
  const functions = recode(assembly, patched, `${scratch}/assets`, await bundler.bundle(assembly, root))
  if (functions.length > 0) {
    await deploy(patched)
    onChange({ kind: 'code', functions, milliseconds: passed() })
  }
  if (stale()) return true
  try {
    await synthesize()
  } catch (error) {
    // What was saved may not run under this app, a renamed consumer for one: the code before it goes on.
    await deploy(assembly)
    throw error
  }
  const stacks = (await deploy(assembly)).filter(({ changes }) => changes.length > 0)
  if (stacks.length > 0) onChange({ kind: 'app', stacks, milliseconds: passed() })
  return functions.length > 0 || stacks.length > 0
}
