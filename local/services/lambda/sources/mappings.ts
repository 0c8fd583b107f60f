import { AwsError } from '../../../errors.ts'
import { turn } from '../../../kernel/platform.ts'
import type { Mapping, MappingSettings, MappingState, SourceKind } from './mapping.ts'
import type { CreateSource, EventSource, SourceParts } from './source.ts'

interface Running {
  readonly mapping: Mapping
  readonly source: EventSource
}

export interface NewMapping {
  readonly kind: SourceKind
  readonly sourceArn: string
  readonly functionArn: string
  readonly settings: MappingSettings
  readonly enabled: boolean
  readonly tags: Readonly<Record<string, string>>
}

/** The mappings of the account, and their pollers. A change answers at once with a passing state and settles a moment later. */
export class Mappings {
  readonly #parts: SourceParts
  readonly #create: Readonly<Record<SourceKind, CreateSource>>
  #closed = false
  readonly #running = new Map<string, Running>()

  constructor(parts: SourceParts, create: Readonly<Record<SourceKind, CreateSource>>) {
    this.#parts = parts
    this.#create = create
  }

  all(): Mapping[] {
    return [...this.#running.values()].map(({ mapping }) => mapping)
  }

  /** @throws AwsError ResourceNotFoundException */
  get(uuid: string | undefined): Mapping {
    return this.#get(uuid).mapping
  }

  /** @throws AwsError ResourceConflictException where source and function are mapped already */
  add(input: NewMapping): Mapping {
    const { kernel, region, account } = this.#parts.context
    const double = this.all().find(
      ({ sourceArn, functionArn }) => sourceArn === input.sourceArn && functionArn === input.functionArn,
    )
    if (double) throw alreadyMapped(double)
    const uuid = kernel.random.uuid('lambda mapping')
    const mapping: Mapping = {
      uuid,
      arn: `arn:aws:lambda:${region}:${account}:event-source-mapping:${uuid}`,
      kind: input.kind,
      sourceArn: input.sourceArn,
      functionArn: input.functionArn,
      settings: input.settings,
      state: 'Creating',
      lastModified: kernel.clock.now(),
      lastResult: 'No records processed',
      tags: new Map(Object.entries(input.tags)),
    }
    const source = this.#create[input.kind](this.#parts, mapping)
    this.#running.set(uuid, { mapping, source })
    this.#settle(mapping, input.enabled ? 'Enabled' : 'Disabled', () => (input.enabled ? source.start() : undefined))
    return mapping
  }

  update(
    uuid: string | undefined,
    changes: { functionArn: string; settings: MappingSettings; enabled: boolean },
  ): Mapping {
    const { mapping, source } = this.#get(uuid)
    const enabled = mapping.state === 'Enabled' || mapping.state === 'Creating' || mapping.state === 'Enabling'
    mapping.functionArn = changes.functionArn
    mapping.settings = changes.settings
    mapping.lastModified = this.#parts.context.kernel.clock.now()
    mapping.state = changes.enabled === enabled ? 'Updating' : changes.enabled ? 'Enabling' : 'Disabling'
    this.#settle(mapping, changes.enabled ? 'Enabled' : 'Disabled', async () => {
      await source.stop()
      if (changes.enabled) source.start()
    })
    return mapping
  }

  remove(uuid: string | undefined): Mapping {
    const { mapping, source } = this.#get(uuid)
    mapping.state = 'Deleting'
    this.#settle(mapping, 'Deleting', async () => {
      await source.stop()
      this.#running.delete(mapping.uuid)
    })
    return { ...mapping }
  }

  /** Resolves when no source reads, deletes or waits for an invocation any more. */
  async close(): Promise<void> {
    this.#closed = true
    const stops = [...this.#running.values()].map(({ source }) => source.stop())
    this.#running.clear()
    await Promise.all(stops)
  }

  #get(uuid: string | undefined): Running {
    const found = this.#running.get(uuid ?? '')
    if (found) return found
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      fields: { Type: 'User' },
    })
  }

  /** Under a lease only until the source is told: what it has in flight may take time of the clock. */
  #settle(mapping: Mapping, state: MappingState, apply: () => void | Promise<void>): void {
    const since = mapping.state
    const lease = this.#parts.context.kernel.clock.lease(`lambda mapping ${mapping.uuid}`)
    void (async () => {
      await turn()
      const applied = this.#closed ? undefined : apply()
      lease.release()
      await applied
      if (mapping.state === since) mapping.state = state
    })()
  }
}

/** AWS puts the names between quotes and blanks, and has words of their own for queues and for streams. */
function alreadyMapped({ kind, sourceArn, functionArn, uuid }: Mapping): AwsError {
  const target = `function (" ${functionArn.split(':')[6]} ")`
  const fact =
    kind === 'sqs'
      ? `An event source mapping with SQS arn (" ${sourceArn} ") and ${target} already exists.`
      : `The event source arn (" ${sourceArn} ") and ${target} provided mapping already exists.`
  return new AwsError(
    'ResourceConflictException',
    `${fact} Please update or delete the existing mapping with UUID ${uuid}`,
    { fields: { Type: 'User' } },
  )
}
