import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

/**
 * Tells of every change in the folders and those below, with its path. Each folder is watched by itself: Node's own recursive watch
 * follows the files, and loses one that an editor replaces, as most do when they save. @returns ends the watch
 */
export function watchFolders(roots: readonly string[], onChange: (path: string) => void): () => void {
  const watched = new Map<string, FSWatcher>()
  const end = (folder: string): void => {
    watched.get(folder)?.close()
    watched.delete(folder)
  }
  const follow = (folder: string): void => {
    const watcher = watch(folder, (kind, name) => {
      const path = join(folder, name ?? '')
      if (kind === 'rename') {
        // Came or went: of another folder under the same name the old watch knows nothing.
        end(path)
        refresh()
      }
      onChange(path)
    })
    // Some systems tell so of a folder that goes.
    watcher.on('error', () => end(folder))
    watched.set(folder, watcher)
  }
  const refresh = (): void => {
    const there = new Set(roots.flatMap(foldersIn))
    for (const folder of watched.keys()) if (!there.has(folder)) end(folder)
    for (const folder of there) if (!watched.has(folder)) follow(folder)
  }
  refresh()
  return () => {
    for (const folder of [...watched.keys()]) end(folder)
  }
}

/** The folder and all below it. */
function foldersIn(root: string): string[] {
  const below = readdirSync(root, { withFileTypes: true, recursive: true }).filter((entry) => entry.isDirectory())
  return [root, ...below.map(({ parentPath, name }) => join(parentPath, name))]
}
