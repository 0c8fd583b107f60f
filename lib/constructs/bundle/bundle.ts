import { createHash } from 'node:crypto'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type BuildFailure,
  type BuildOptions,
  type BuildResult,
  buildSync,
  formatMessagesSync,
  type Metafile,
} from 'esbuild'
import { flatten, type SplitHandler } from './flatten.ts'

/** The file of one function, ready for Lambda. */
export interface BundledHandler {
  /** Changes when, and only when, what this function does may have changed. */
  readonly hash: string
  readonly code: Uint8Array
}

/** The bundled code of each entry has this file name, so a function's `Handler` is `index.<export>`. */
export const ENTRY_FILE = 'index.mjs'

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** What stands in the bundles for a module that costs a function more than it gives. */
const LAMBDA_MODULES = {
  '@aws-sdk/credential-provider-node': beside('./lambda-credentials.ts'),
  'node:http': beside('./lambda-http.ts'),
  http: beside('./lambda-http.ts'),
}

/**
 * Bundles all entries in two runs: one reads and compiles every source once and splits shared code into chunks, the other makes one
 * file of each function's chunks. Twenty handlers cost little more than one.
 * @param entries source file by a name that is unique in the app
 * @throws Error with every message of the bundler
 */
export function bundle(root: string, entries: ReadonlyMap<string, string>): ReadonlyMap<string, BundledHandler> {
  if (entries.size === 0) return new Map()
  try {
    const split = splitHandlers(root, entries, buildSync(splitOptions(root, entries)))
    const flat = flatten([...split.values()])
    return new Map([...split].map(([name, { entry }]) => [name, bundled(flat.get(entry))]))
  } catch (error) {
    throw explained(error)
  }
}

/** What the bundler is told in the first run; for those who keep one running. One entry for each source file. */
export const splitOptions = (root: string, entries: ReadonlyMap<string, string>) =>
  ({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...new Set(entries.values())].sort().map((file) => [entryName(root, file), file])),
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
    alias: LAMBDA_MODULES,
    legalComments: 'none',
    sourcemap: false,
    logLevel: 'silent',
  }) satisfies BuildOptions

/** Of what the bundler made with `splitOptions`: by name, functions of one source file alike. */
export function splitHandlers(
  root: string,
  entries: ReadonlyMap<string, string>,
  { outputFiles, metafile }: BuildResult<ReturnType<typeof splitOptions>>,
): ReadonlyMap<string, SplitHandler> {
  const contents = new Map(outputFiles.map((file) => [basename(file.path), file.contents]))
  return new Map(
    [...entries].map(([name, file]) => {
      const entry = `${entryName(root, file)}.mjs`
      return [name, { entry, files: reached(entry, contents, metafile) }]
    }),
  )
}

/** @param code one flat file */
export function bundled(code: Uint8Array | undefined): BundledHandler {
  if (code === undefined) throw new Error('The bundler left a function out')
  return { code, hash: createHash('sha256').update(code).digest('hex') }
}

/** The bundler's messages with their places; another error stays what it is. */
export function explained(error: unknown): unknown {
  const { errors } = error as BuildFailure
  if (errors === undefined) return error
  return new Error(`Handlers do not bundle:\n${formatMessagesSync(errors, { kind: 'error' }).join('')}`)
}

/** The same wherever the app lies. */
export const entryName = (root: string, file: string): string =>
  `entry-${createHash('sha256').update(relative(root, file)).digest('hex').slice(0, 16)}`

function reached(
  entry: string,
  contents: ReadonlyMap<string, Uint8Array>,
  metafile: Metafile,
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const name of closure(entry, metafile)) {
    const content = contents.get(name)
    if (content === undefined) throw new Error(`The bundler names ${name} and did not write it`)
    files.set(name, content)
  }
  return files
}

/** The entry and every chunk that it imports, directly or not, at once or later. */
function closure(entry: string, metafile: Metafile): ReadonlySet<string> {
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [
      basename(path),
      output.imports.filter((imported) => imported.external !== true).map((imported) => basename(imported.path)),
    ]),
  )
  const names = new Set([entry])
  for (const name of names) for (const next of imports.get(name) ?? []) names.add(next)
  return names
}
