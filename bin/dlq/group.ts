import type { Letter } from './letter.ts'

/** Letters of one cause: thrown by the same class at the same place, of the same source. */
export interface Cause {
  readonly class: string
  readonly stackHash: string
  readonly source: string
  readonly count: number
  readonly oldest: number
  readonly message: string
  /** Of the oldest. */
  readonly example: string
}

/** The most frequent first. */
export function causesOf(letters: readonly Letter[]): readonly Cause[] {
  const alike = Map.groupBy(letters, ({ class: name, stackHash, source }) => JSON.stringify([name, stackHash, source]))
  return [...alike.values()]
    .map((group) => {
      const oldest = group.reduce((a, b) => (a.sentAt <= b.sentAt ? a : b))
      const { class: name, stackHash, source, message, sentAt, id } = oldest
      return { class: name, stackHash, source, count: group.length, oldest: sentAt, message, example: id }
    })
    .sort((a, b) => b.count - a.count)
}
