import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import {
  type BuildFailure,
  type BuildOptions,
  type BuildResult,
  buildSync,
  formatMessagesSync,
  type Metafile,
} from 'esbuild'

/** The files of one function, ready for Lambda: `index.mjs` and the chunks that it imports. */
export interface BundledHandler {
  /** Changes when, and only when, a file of this function does. */
  readonly hash: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** The bundled code of each entry has this file name, so a function's `Handler` is `index.<export>`. */
export const ENTRY_FILE = 'index.mjs'

/**
 * Packages in ESM form still hold CommonJS that calls `require`. It is set as a global, not declared, so that no declaration of
 * a bundled file can collide with it.
 */
const REQUIRE =
  "import { createRequire as __bundleCreateRequire } from 'node:module'; globalThis.require ??= __bundleCreateRequire(import.meta.url);"

/**
 * Bundles all entries in one run, shared code split into chunks: twenty handlers cost little more than one.
 * @param entries source file by a name that is unique in the app
 * @throws Error with every message of the bundler
 */
export function bundle(root: string, entries: ReadonlyMap<string, string>): ReadonlyMap<string, BundledHandler> {
  if (entries.size === 0) return new Map()
  try {
    return handlersOf(entries, buildSync(bundlerOptions(root, entries)))
  } catch (error) {
    throw explained(error)
  }
}

/** What the bundler is told; for those who keep one running. */
export const bundlerOptions = (root: string, entries: ReadonlyMap<string, string>) =>
  ({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1))),
    outdir: join(root, 'bundle'),
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    platform: 'node',
    target: 'node24',
    // The SDK's ES modules: its CommonJS cannot be shaken.
    mainFields: ['module', 'main'],
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: false,
    legalComments: 'none',
    sourcemap: false,
    banner: { js: REQUIRE },
    logLevel: 'silent',
  }) satisfies BuildOptions

/** Each entry's files, of what the bundler made with `bundlerOptions`. */
export function handlersOf(
  entries: ReadonlyMap<string, string>,
  { outputFiles, metafile }: BuildResult<ReturnType<typeof bundlerOptions>>,
): ReadonlyMap<string, BundledHandler> {
  const contents = new Map(outputFiles.map((file) => [basename(file.path), file.contents]))
  return new Map([...entries.keys()].map((name) => [name, handlerOf(`${name}.mjs`, contents, metafile)]))
}

/** The bundler's messages with their places; another error stays what it is. */
export function explained(error: unknown): unknown {
  const { errors } = error as BuildFailure
  if (errors === undefined) return error
  return new Error(`Handlers do not bundle:\n${formatMessagesSync(errors, { kind: 'error' }).join('')}`)
}

function handlerOf(entry: string, contents: ReadonlyMap<string, Uint8Array>, metafile: Metafile): BundledHandler {
  const files = new Map<string, Uint8Array>()
  for (const name of closure(entry, metafile)) {
    const content = contents.get(name)
    if (content === undefined) throw new Error(`The bundler names ${name} and did not write it`)
    files.set(name === entry ? ENTRY_FILE : name, content)
  }
  const hash = createHash('sha256')
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0`).update(content)
  return { hash: hash.digest('hex'), files }
}

/** The entry and every chunk that it imports, directly or not, at once or later. */
function closure(entry: string, metafile: Metafile): ReadonlySet<string> {
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [
      basename(path),
      output.imports.filter((imported) => imported.external !== true).map((imported) => basename(imported.path)),
    ]),
  )
  const reached = new Set([entry])
  for (const name of reached) for (const next of imports.get(name) ?? []) reached.add(next)
  return reached
}
