import type { Delivery } from './receive.ts'

/** A receive may be repeated under its attempt id for so long. */
const WINDOW_MS = 5 * 60_000

/**
 * Receives of a FIFO queue by attempt id: a client that lost the answer asks again and gets the same messages,
 * although their group is locked. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export class ReceiveAttempts {
  readonly #attempts = new Map<string, { at: number; deliveries: readonly Delivery[] }>()

  /** The deliveries of the attempt, unless one of its messages was deleted, received again or has become visible. */
  repeat(id: string, now: number): readonly Delivery[] | undefined {
    const attempt = this.#attempts.get(id)
    if (!attempt || attempt.at + WINDOW_MS <= now) return undefined
    const intact = attempt.deliveries.every(
      ({ message, receiveCount }) => message.standing === 'in-flight' && message.receiveCount === receiveCount,
    )
    return intact ? attempt.deliveries : undefined
  }

  remember(id: string, now: number, deliveries: readonly Delivery[]): void {
    for (const [known, { at }] of this.#attempts) {
      if (at + WINDOW_MS > now) break
      this.#attempts.delete(known)
    }
    this.#attempts.delete(id)
    this.#attempts.set(id, { at: now, deliveries })
  }
}
