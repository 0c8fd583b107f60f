import { closeSync, openSync, writeSync } from 'node:fs'
import type { Journal } from '../../local/kernel/journal.ts'
import { CommandFailure } from '../failure.ts'

/** Lines that are written at once. */
const LINES = 1_000

/**
 * Writes the journal so far and from now on, an entry a line; answers how to end the file.
 * @throws CommandFailure where the file cannot be written
 */
export function journalFile(journal: Journal, path: string): () => void {
  const file = opened(path)
  let lines: string[] = []
  const flush = () => {
    if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`)
    lines = []
  }
  const unfollow = journal.follow((entry) => {
    lines.push(JSON.stringify(entry))
    if (lines.length === LINES) flush()
  })
  return () => {
    unfollow()
    flush()
    closeSync(file)
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (error) {
    throw new CommandFailure(`The journal cannot be written to ${path}: ${(error as Error).message}`)
  }
}
