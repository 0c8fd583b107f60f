/** Runs one piece of work after the other, in the order of asking. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

export function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    // A failure is its asker's; the next turn comes all the same.
    last = mine.catch(() => {})
    return mine
  }
}
