import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type BuildOptions, type BuildResult, build, buildSync } from 'esbuild'

/** A function's code as the splitting bundler leaves it: an entry and the chunks that it reaches. */
export interface SplitHandler {
  readonly entry: string
  /** By file name; a chunk has one name wherever it is reached. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * Packages in ESM form still hold CommonJS that calls `require`. It is set as a global, not declared, so that no declaration of
 * a bundled file can collide with it.
 */
const REQUIRE =
  "import { createRequire as __bundleCreateRequire } from 'node:module'; globalThis.require ??= __bundleCreateRequire(import.meta.url);"

/**
 * Makes one file of each entry and its chunks. A chunk holds whatever any of the functions that reach it uses; here each function keeps
 * what it uses itself, and a cold start opens one file. Functions of one entry are alike. @returns by entry
 */
export function flatten(handlers: readonly SplitHandler[]): ReadonlyMap<string, Uint8Array> {
  if (handlers.length === 0) return new Map()
  const folder = staged(handlers)
  try {
    return filesOf(buildSync(flatOptions(folder, entriesOf(handlers))))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `flatten` for a process that has other work meanwhile. */
export async function flattenBeside(handlers: readonly SplitHandler[]): Promise<ReadonlyMap<string, Uint8Array>> {
  if (handlers.length === 0) return new Map()
  const folder = staged(handlers)
  try {
    return filesOf(await build(flatOptions(folder, entriesOf(handlers))))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What the bundler is told in the second run. */
export const flatOptions = (folder: string, entries: readonly string[]) =>
  ({
    absWorkingDir: folder,
    entryPoints: [...new Set(entries)].sort().map((entry) => join(folder, entry)),
    outdir: join(folder, 'flat'),
    write: false,
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    logLevel: 'silent',
  }) satisfies BuildOptions

const entriesOf = (handlers: readonly SplitHandler[]) => handlers.map(({ entry }) => entry)

function staged(handlers: readonly SplitHandler[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'flatten-'))
  const files = new Map(handlers.flatMap((handler) => [...handler.files]))
  for (const [name, content] of files) writeFileSync(join(folder, name), content)
  return folder
}

const filesOf = ({ outputFiles }: BuildResult<ReturnType<typeof flatOptions>>): ReadonlyMap<string, Uint8Array> =>
  new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]))
