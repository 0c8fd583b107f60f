import type { Clock } from '../../local/kernel/clock.ts'
import type { Terminal } from '../terminal.ts'

/** A silence that makes one wonder. */
const SILENCE_MS = 2_000
/** The longest one in a log, where each word stays. */
const LONGEST_SILENCE_MS = 16_000

/** Says, whenever nothing was written for a while, what the cloud is at. @returns ends it; may be called twice */
export function tellWaits(terminal: Terminal, clock: Clock): () => void {
  let patience = SILENCE_MS
  const timer = setInterval(() => {
    if (terminal.silentFor < patience) return
    terminal.status(`waiting for ${waitedFor(clock)}`)
    patience = terminal.live ? SILENCE_MS / 2 : Math.min(2 * patience, LONGEST_SILENCE_MS)
  }, SILENCE_MS / 4)
  return () => clearInterval(timer)
}

const NAMED = 3

/** Who is at work, the busiest first; else the next thing to come. */
export function waitedFor(clock: Pick<Clock, 'owners' | 'pending' | 'now'>): string {
  const functions = clock.owners().flatMap((owner) => /^lambda (\S+)$/.exec(owner)?.[1] ?? [])
  if (functions.length > 0) return counted(functions)
  const next = clock.pending().find(({ background }) => !background)
  if (!next) return 'requests that are under way'
  return `${next.label}, in ${Math.max(0, (next.due - clock.now()) / 1000).toFixed(0)} s`
}

function counted(names: readonly string[]): string {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, { length }]) => ({ name, length }))
  const most = counts.sort((a, b) => b.length - a.length).slice(0, NAMED)
  const told = most.map(({ name, length }) => (length > 1 ? `${name} (${length})` : name)).join(', ')
  return counts.length > NAMED ? `${told} and ${counts.length - NAMED} more` : told
}
