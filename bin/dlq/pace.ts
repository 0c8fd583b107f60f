import type { Tools } from './tools.ts'

/** Waits so that no more than `rate` turns a second are given. */
export function pacer({ now, wait }: Pick<Tools, 'now' | 'wait'>, rate: number): () => Promise<void> {
  let next = now()
  return async () => {
    const mine = Math.max(next, now())
    next = mine + 1000 / rate
    if (mine > now()) await wait(mine - now())
  }
}
