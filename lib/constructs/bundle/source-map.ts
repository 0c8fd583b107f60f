import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { buildSync } from 'esbuild'
import { bundled, ENTRY_FILE, entryName, explained, splitOptions } from './bundle.ts'
import { flatOptions } from './flatten.ts'

/** A place in a source file; line and column count from 1. */
export interface Place {
  /** Relative to the app's folder. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A function's file as it is deployed, and where each place of it comes from. */
export interface MappedHandler {
  /** That of the deployed file, where this is made of the same sources. */
  readonly hash: string
  /** @returns undefined for what the bundler wrote itself */
  placeOf(line: number, column: number): Place | undefined
}

/**
 * Bundles one function of an app as `bundle` does, byte for byte, with a source map. So maps need not be made, kept or deployed with
 * every function: the sources that a function was made of give its map whenever somebody asks.
 * @param entries all of the app's, for how they share code is part of the result
 * @throws Error with every message of the bundler
 */
export function bundleWithMap(root: string, entries: ReadonlyMap<string, string>, name: string): MappedHandler {
  const file = entries.get(name)
  if (file === undefined) throw new Error(`No function ${name} is bundled`)
  const folder = mkdtempSync(join(tmpdir(), 'mapped-'))
  try {
    // Linked: the second run looks for the maps of the first beside its chunks.
    const split = buildSync({ ...splitOptions(root, entries), sourcemap: 'linked', sourcesContent: false })
    for (const { path, contents } of split.outputFiles) writeFileSync(join(folder, basename(path)), contents)
    const options = flatOptions(folder, [`${entryName(root, file)}.mjs`])
    const flat = buildSync({ ...options, sourcemap: 'external', sourcesContent: false })
    const code = flat.outputFiles.find(({ path }) => path.endsWith('.mjs'))
    const map = flat.outputFiles.find(({ path }) => path.endsWith('.map'))
    return { hash: bundled(code?.contents).hash, placeOf: placesOf(JSON.parse(map?.text ?? '{}')) }
  } catch (error) {
    throw explained(error)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function placesOf(payload: ConstructorParameters<typeof SourceMap>[0]): MappedHandler['placeOf'] {
  const map = new SourceMap({ ...payload, file: ENTRY_FILE })
  return (line, column) => {
    const origin = map.findOrigin(line, column)
    if (!('fileName' in origin) || origin.fileName === undefined) return undefined
    const { fileName, lineNumber, columnNumber } = origin
    // Sources lie beside the folder of the outputs, however often they were moved.
    return { file: fileName.replace(/^(\.\.\/)+/, ''), line: lineNumber, column: columnNumber }
  }
}
