import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StreamRecord } from './stream-record.ts'

/** A place in a stream: everything up to and with this record is dealt with. */
export interface Position {
  readonly shardId: string
  readonly sequenceNumber: string
}

/** How far each mapping has come in its stream; kept in a file where the cloud's tables are. */
export class Positions {
  readonly #file: string | undefined
  readonly #known: Map<string, Position>

  constructor(folder: string | undefined) {
    this.#file = folder === undefined ? undefined : join(folder, 'lambda-positions.json')
    this.#known = new Map(Object.entries(this.#read()))
    if (folder !== undefined) mkdirSync(folder, { recursive: true })
  }

  get(streamArn: string, functionArn: string): Position | undefined {
    return this.#known.get(keyOf(streamArn, functionArn))
  }

  set(streamArn: string, functionArn: string, position: Position): void {
    if (!this.#file) return
    this.#known.set(keyOf(streamArn, functionArn), position)
    // Renamed into place: a crash in between leaves the old positions, whose records are handed over again.
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#known)))
    renameSync(`${this.#file}.new`, this.#file)
  }

  #read(): Record<string, Position> {
    if (!this.#file) return {}
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, Position>
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
      throw error
    }
  }
}

const keyOf = (streamArn: string, functionArn: string): string => `${streamArn} ${functionArn}`

/** Records in the order they were read, of which several lanes finish some here and some there. */
export class Progress {
  readonly #open: StreamRecord[] = []
  readonly #done = new Set<StreamRecord>()

  taken(records: readonly StreamRecord[]): void {
    this.#open.push(...records)
  }

  /** The newest record before which nothing is left to do; `undefined` where that has not moved. */
  finished(records: readonly StreamRecord[]): Position | undefined {
    for (const record of records) this.#done.add(record)
    let count = 0
    for (; count < this.#open.length; count++) if (!this.#done.delete(this.#open[count] as StreamRecord)) break
    const last = this.#open.splice(0, count).at(-1)
    return last && { shardId: last.shardId, sequenceNumber: last.sequenceNumber }
  }
}
