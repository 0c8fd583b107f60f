/** Runs one piece of work after the other, in the order of asking. @param over aborted, the work keeps nobody waiting any more */
export type InTurn = <T>(work: () => Promise<T>, over?: AbortSignal) => Promise<T>

export function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work, over) => {
    const mine = last.then(work)
    // A failure is its asker's; the next turn comes all the same. What hangs past its invocation would hang up those that follow.
    last = Promise.race([mine, aborted(over)]).catch(() => {})
    return mine
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    else signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}
