import type { ReplayDestination } from '@aws-sdk/client-eventbridge'
import { AwsError } from '../../errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { Archive } from './archives.ts'
import { alreadyExists, replayNotFound } from './errors.ts'
import { BusEvent } from './event.ts'

/** A replay takes its events minute by minute of their own time; each step takes a second here. */
const STEP_MS = 1_000
const MINUTE_MS = 60_000

export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'CANCELLED' | 'COMPLETED'

export interface Replay {
  readonly name: string
  readonly arn: string
  readonly description: string | undefined
  readonly archiveArn: string
  readonly destination: ReplayDestination & { readonly Arn: string }
  readonly from: Date
  readonly to: Date
  readonly started: Date
  ended: Date | undefined
  lastReplayed: Date | undefined
  state: ReplayState
}

/** Replays of archives. */
export class Replays {
  readonly #kernel: Kernel
  readonly #prefix: string
  readonly #replays = new Map<string, Replay>()

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:events:${region}:${account}:replay/`
  }

  arn(name: string | undefined): string {
    return `${this.#prefix}${name}`
  }

  /**
   * Hands the archive's events of the period to `route`, step by step on the clock.
   * @throws AwsError ResourceAlreadyExistsException
   */
  start(
    request: Pick<Replay, 'name' | 'description' | 'destination' | 'from' | 'to'>,
    archive: Archive,
    route: (event: BusEvent) => void,
  ): Replay {
    if (this.#replays.has(request.name)) throw alreadyExists(`Replay ${request.name}`)
    const replay: Replay = {
      ...request,
      arn: this.arn(request.name),
      archiveArn: archive.arn,
      started: new Date(this.#kernel.clock.now()),
      ended: undefined,
      lastReplayed: undefined,
      state: 'STARTING',
    }
    this.#replays.set(replay.name, replay)
    const batches = byMinute(archive.events.filter(({ time }) => time >= +replay.from && time <= +replay.to))
    this.#step(replay, batches, route)
    return replay
  }

  #step(replay: Replay, batches: BusEvent[][], route: (event: BusEvent) => void): void {
    this.#kernel.clock.after(STEP_MS, `events replay ${replay.name}`, () => {
      if (replay.state === 'CANCELLING') return this.#end(replay, 'CANCELLED')
      replay.state = 'RUNNING'
      const [batch, ...rest] = batches
      if (!batch) return this.#end(replay, 'COMPLETED')
      const cause = this.#kernel.journal.record('replay', replay.arn)
      for (const event of batch) route(replayed(event, replay.name, cause))
      replay.lastReplayed = new Date(Math.max(...batch.map(({ time }) => time)))
      this.#step(replay, rest, route)
    })
  }

  #end(replay: Replay, state: 'CANCELLED' | 'COMPLETED'): void {
    replay.state = state
    replay.ended = new Date(this.#kernel.clock.now())
  }

  /** @throws AwsError ResourceNotFoundException, IllegalStatusException */
  cancel(name: string): Replay {
    const replay = this.get(name)
    if (replay.state !== 'STARTING' && replay.state !== 'RUNNING')
      throw new AwsError('IllegalStatusException', `Replay ${name} is not in a valid state for this operation.`)
    replay.state = 'CANCELLING'
    return replay
  }

  /** @throws AwsError ResourceNotFoundException */
  get(name: string): Replay {
    const replay = this.#replays.get(name)
    if (!replay) throw replayNotFound(name)
    return replay
  }

  all(): Replay[] {
    return [...this.#replays.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

function byMinute(events: readonly BusEvent[]): BusEvent[][] {
  const minutes = Map.groupBy(events, ({ time }) => Math.floor(time / MINUTE_MS))
  return [...minutes].sort(([a], [b]) => a - b).map(([, batch]) => batch)
}

/** The event with the replay's name in it. A name's quotes stand bare only outside strings, so this is the member. */
const replayed = (event: BusEvent, name: string, cause: number): BusEvent =>
  new BusEvent({
    ...{ id: event.id, time: event.time, ingested: event.ingested, forwarded: event.forwarded, cause },
    traceHeader: event.traceHeader,
    json: event.json.replace(',"resources":', `,"replay-name":${JSON.stringify(name)},"resources":`),
  })
