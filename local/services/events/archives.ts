import type { Kernel } from '../../kernel/kernel.ts'
import { alreadyExists, archiveNotFound } from './errors.ts'
import type { BusEvent } from './event.ts'
import type { Matcher } from './pattern/index.ts'

const DAY_MS = 86_400_000

export interface Archive {
  readonly name: string
  readonly arn: string
  readonly busArn: string
  readonly created: Date
  description: string | undefined
  pattern: string | undefined
  matcher: Matcher | undefined
  /** 0 keeps events for ever. */
  retentionDays: number
  events: BusEvent[]
}

/** Archives: what came over a bus, kept for replay. */
export class Archives {
  readonly #kernel: Kernel
  readonly #prefix: string
  readonly #archives = new Map<string, Archive>()

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:events:${region}:${account}:archive/`
  }

  arn(name: string | undefined): string {
    return `${this.#prefix}${name}`
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  create(name: string, busArn: string): Archive {
    if (this.#archives.has(name)) throw alreadyExists(`Archive ${name}`)
    const archive: Archive = {
      name,
      arn: this.arn(name),
      busArn,
      created: new Date(this.#kernel.clock.now()),
      description: undefined,
      pattern: undefined,
      matcher: undefined,
      retentionDays: 0,
      events: [],
    }
    this.#archives.set(name, archive)
    return archive
  }

  /** @throws AwsError ResourceNotFoundException */
  get(name: string): Archive {
    const archive = this.#archives.get(name)
    if (!archive) throw archiveNotFound(name)
    this.#expire(archive)
    return archive
  }

  delete(name: string): void {
    this.get(name)
    this.#archives.delete(name)
  }

  all(): Archive[] {
    return [...this.#archives.keys()].sort().map((name) => this.get(name))
  }

  /** Every event of a bus passes here, but for replayed ones: they are not archived again. */
  keep(busArn: string, event: BusEvent): void {
    for (const archive of this.#archives.values())
      if (archive.busArn === busArn && (archive.matcher?.matches(event.fields) ?? true)) archive.events.push(event)
  }

  /** Retention has no timer: what is too old is gone whenever somebody looks. */
  #expire(archive: Archive): void {
    if (archive.retentionDays === 0) return
    const oldest = this.#kernel.clock.now() - archive.retentionDays * DAY_MS
    if (archive.events.some((event) => event.ingested < oldest))
      archive.events = archive.events.filter((event) => event.ingested >= oldest)
  }
}
