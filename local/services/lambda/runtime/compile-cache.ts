import { readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Some eight systems of the shop's size. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * Node keeps compiled bundles here, and the runtime's own code without its types: a cold start takes half the time. Shared by all clouds
 * of the machine, as entries hold for the same file with the same text only.
 */
export const COMPILE_CACHE = join(tmpdir(), 'penstock-compile-cache')

let trimmed = false

/** Makes room, once a process: Node itself drops nothing, and each new assembly is compiled anew. */
export function trimCompileCacheOnce(): void {
  if (trimmed) return
  trimmed = true
  trim(COMPILE_CACHE, MOST_BYTES)
}

/** Removes the files that were written first until all others together take at most so many bytes. Node compiles anew what is missing. */
export function trim(folder: string, mostBytes: number): void {
  const newestFirst = filesIn(folder).sort((a, b) => b.written - a.written)
  let kept = 0
  for (const { path, bytes } of newestFirst) {
    kept += bytes
    if (kept > mostBytes) rmSync(path, { force: true })
  }
}

interface CacheFile {
  readonly path: string
  readonly bytes: number
  readonly written: number
}

function filesIn(folder: string): CacheFile[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      if (!entry.isFile()) return []
      const path = join(entry.parentPath, entry.name)
      // Another cloud may remove it meanwhile.
      const found = statSync(path, { throwIfNoEntry: false })
      return found ? [{ path, bytes: found.size, written: found.mtimeMs }] : []
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
