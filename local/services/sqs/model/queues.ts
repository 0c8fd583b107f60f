import { AwsError } from '../../../errors.ts'
import type { CloudContext, Meter, PolicyDocument } from '../../../service.ts'
import { type AttributeValues, settingsOf } from '../attributes.ts'
import { redrivePermits } from '../redrive-policies.ts'
import type { Message } from './message.ts'
import { Queue } from './queue.ts'

/** After the deletion of a queue its name is not free for so long. */
const NAME_RESTS_MS = 60_000

/** A queue with what its owner set. */
export interface QueueRecord {
  readonly name: string
  readonly arn: string
  readonly fifo: boolean
  readonly createdAt: number
  readonly queue: Queue
  readonly meter: Meter
  /** Attributes with a value, by AWS's names and in AWS's forms, defaults included. */
  attributes: AttributeValues
  /** The attribute `Policy`, read once: IAM compiles a document once for as long as the object lives. */
  policy: PolicyDocument | undefined
  modifiedAt: number
  tags: Map<string, string>
}

const policyOf = ({ Policy }: AttributeValues): PolicyDocument | undefined =>
  Policy === undefined ? undefined : (JSON.parse(Policy) as PolicyDocument)

/** All queues of the account. */
export class Queues {
  readonly #context: CloudContext
  readonly #records = new Map<string, QueueRecord>()
  readonly #deletedAt = new Map<string, number>()
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly #arrivalListeners: ((queueName: string) => void)[] = []

  constructor(context: CloudContext) {
    this.#context = context
  }

  arnOf(name: string): string {
    return `arn:aws:sqs:${this.#context.region}:${this.#context.account}:${name}`
  }

  get(name: string): QueueRecord | undefined {
    return this.#records.get(name)
  }

  byArn(arn: string): QueueRecord | undefined {
    const record = this.#records.get(arn.slice(arn.lastIndexOf(':') + 1))
    return record?.arn === arn ? record : undefined
  }

  all(): Iterable<QueueRecord> {
    return this.#records.values()
  }

  /** Queues whose redrive policy names this one. */
  sourcesOf(arn: string): QueueRecord[] {
    return [...this.#records.values()].filter(({ queue }) => queue.settings.redrive?.deadLetterTargetArn === arn)
  }

  /** @throws QueueDeletedRecently within 60 seconds of the deletion of its namesake. */
  create(name: string, fifo: boolean, attributes: AttributeValues, tags: Map<string, string>): QueueRecord {
    const now = this.#context.kernel.clock.now()
    if (now < (this.#deletedAt.get(name) ?? Number.NEGATIVE_INFINITY) + NAME_RESTS_MS)
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      )
    this.#deletedAt.delete(name)
    const arn = this.arnOf(name)
    const queue = new Queue(arn, fifo, settingsOf(attributes), {
      kernel: this.#context.kernel,
      deadLetter: (message, source) => this.#deadLetter(message, source),
      arrived: () => {
        for (const listener of this.#arrivalListeners) listener(name)
      },
    })
    const policy = policyOf(attributes)
    const meter = this.#context.meter('AWS/SQS', { QueueName: name })
    const record = { name, arn, fifo, createdAt: now, modifiedAt: now, queue, meter, attributes, policy, tags }
    this.#records.set(name, record)
    for (const listener of this.#listeners.get(arn) ?? []) queue.watch.listen(listener)
    return record
  }

  setAttributes(record: QueueRecord, attributes: AttributeValues): void {
    if (attributes.Policy !== record.attributes.Policy) record.policy = policyOf(attributes)
    record.attributes = attributes
    record.modifiedAt = this.#context.kernel.clock.now()
    record.queue.use(settingsOf(attributes))
  }

  delete(record: QueueRecord, reason: AwsError): void {
    this.#records.delete(record.name)
    this.#deletedAt.set(record.name, this.#context.kernel.clock.now())
    record.queue.watch.close(reason)
    record.queue.clear()
  }

  policyOf(arn: string): PolicyDocument | undefined {
    return this.byArn(arn)?.policy
  }

  /** Listens to the queue of this ARN, whether it exists already or not, and to its successors of the same name. */
  listen(arn: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(arn) ?? new Set()
    this.#listeners.set(arn, listeners.add(listener))
    this.byArn(arn)?.queue.watch.listen(listener)
    return () => {
      listeners.delete(listener)
      this.byArn(arn)?.queue.watch.unlisten(listener)
    }
  }

  /** Calls the listener with the queue's name at every message that a queue takes in, from whom ever. */
  onArrival(listener: (queueName: string) => void): void {
    this.#arrivalListeners.push(listener)
  }

  #deadLetter(message: Message, source: Queue): boolean {
    const target = source.settings.redrive && this.byArn(source.settings.redrive.deadLetterTargetArn)
    // Without its target, or its target's leave, AWS keeps delivering the message from the source.
    if (!target || !redrivePermits(target.attributes.RedriveAllowPolicy, source.arn)) return false
    target.queue.takeDeadLetter(message, source)
    this.#context.kernel.journal.record('sqs.dead-lettered', source.arn, message.entry, {
      messageId: message.messageId,
      target: target.arn,
    })
    return true
  }
}
