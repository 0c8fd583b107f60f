import { join } from 'node:path'
import type { CloudContext } from '../../service.ts'
import { Meter } from './items/meter.ts'
import { RequestTokens } from './items/request-tokens.ts'
import { TimeToLive } from './items/time-to-live.ts'
import { Writer } from './items/writer.ts'
import { Database } from './store/database.ts'
import { Streams } from './streams/streams.ts'
import { Tables } from './tables/tables.ts'

/** What the two services, tables and streams, share. */
export class Model {
  readonly context: CloudContext
  readonly database: Database
  readonly streams: Streams
  readonly tables: Tables
  readonly writer: Writer
  readonly meter = new Meter()
  readonly tokens: RequestTokens
  readonly ttl: TimeToLive

  constructor(context: CloudContext) {
    this.context = context
    this.database = new Database(context.persist === undefined ? undefined : join(context.persist, 'dynamodb'))
    this.streams = new Streams(context, this.database)
    this.tables = new Tables(context, this.database, this.streams)
    this.writer = new Writer(this.database, this.streams)
    const kept = context.persist === undefined ? undefined : this.database
    this.tokens = new RequestTokens(() => context.kernel.clock.now(), kept)
    this.ttl = new TimeToLive(context, this.tables, this.writer)
  }
}

const models = new WeakMap<CloudContext, Model>()

/** The one model of a cloud, for both of its services. */
export function modelOf(context: CloudContext): Model {
  const known = models.get(context)
  if (known) return known
  const model = new Model(context)
  models.set(context, model)
  return model
}
