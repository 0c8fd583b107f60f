import { Heap } from './heap.ts'
import type { Lane, Offer } from './lane.ts'
import type { Message } from './message.ts'
import { ProcessingTime } from './processing-time.ts'

/**
 * A tenant is noisy that has at least so many messages in flight and more than this share of all, or more than this
 * share of the consumers' recent time.
 */
const NOISY_IN_FLIGHT = 30
const NOISY_SHARE = 0.1

interface Tenant {
  readonly id: string
  readonly messages: Heap<Message>
  inFlight: number
  /** Visible messages. */
  visible: number
  /** Its living entry in the order of tenants. */
  turn: Turn | undefined
}

interface Turn {
  readonly tenant: Tenant
  readonly rank: number
}

const byRank = (a: { rank: number }, b: { rank: number }): boolean => a.rank < b.rank

/**
 * Standard queues: by rank, but a tenant (message group) that occupies the consumers waits while others have
 * messages (fair queues). https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 * Messages without a group are tenants of their own there; one tenant that is never noisy serves them the same.
 */
export class StandardLane implements Lane {
  readonly #tenants = new Map<string, Tenant>()
  #turns = new Heap<Turn>(byRank, (turn) => turn.tenant.turn === turn)
  #processed = new ProcessingTime()
  #inFlight = 0
  visible = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  first(): Message | undefined {
    return this.#turns.peek()?.tenant.messages.peek()
  }

  enter(message: Message): void {
    const tenant = this.#tenantOf(message)
    tenant.messages.push(message)
    tenant.visible += 1
    this.visible += 1
    if (!tenant.turn || message.rank < tenant.turn.rank) this.#giveTurn(tenant)
  }

  leave(message: Message): void {
    const tenant = this.#tenantOf(message)
    tenant.messages.died()
    tenant.visible -= 1
    this.visible -= 1
    this.#giveTurn(tenant)
  }

  release(message: Message): void {
    const tenant = this.#tenantOf(message)
    tenant.inFlight -= 1
    this.#inFlight -= 1
    const now = this.#now()
    this.#processed.add(tenant.id, now - message.lastReceivedAt, now)
    this.#forgetIdle(tenant)
  }

  serve(max: number, offer: Offer): void {
    const noisy: Tenant[] = []
    let wanted = max
    while (wanted > 0) {
      const turn = this.#turns.pop()
      if (!turn) break
      turn.tenant.turn = undefined
      if (this.#isNoisy(turn.tenant)) noisy.push(turn.tenant)
      else wanted -= this.#offerFirst(turn.tenant, offer)
    }
    while (wanted > 0) {
      const quietest = noisy.reduce<Tenant | undefined>(
        (best, tenant) => (tenant.visible > 0 && (!best || tenant.inFlight < best.inFlight) ? tenant : best),
        undefined,
      )
      if (!quietest) break
      wanted -= this.#offerFirst(quietest, offer)
    }
    for (const tenant of noisy) this.#giveTurn(tenant)
  }

  clear(): void {
    this.#tenants.clear()
    this.#turns = new Heap<Turn>(byRank, (turn) => turn.tenant.turn === turn)
    this.#processed = new ProcessingTime()
    this.#inFlight = 0
    this.visible = 0
  }

  /** How many groups are noisy now, and how many visible messages the quiet ones have. */
  fairness(): { noisyGroups: number; visibleInQuietGroups: number } {
    let noisyGroups = 0
    let visibleInQuietGroups = 0
    for (const tenant of this.#tenants.values())
      if (this.#isNoisy(tenant)) noisyGroups += 1
      else visibleInQuietGroups += tenant.visible
    return { noisyGroups, visibleInQuietGroups }
  }

  #isNoisy(tenant: Tenant): boolean {
    if (tenant.id === '') return false
    if (tenant.inFlight >= NOISY_IN_FLIGHT && tenant.inFlight > this.#inFlight * NOISY_SHARE) return true
    return this.#processed.share(tenant.id, this.#now()) > NOISY_SHARE
  }

  /** Answers how many were taken: one or none. */
  #offerFirst(tenant: Tenant, offer: Offer): 0 | 1 {
    const message = tenant.messages.pop()
    if (!message) return 0
    tenant.visible -= 1
    this.visible -= 1
    const taken = offer(message) === 'taken'
    if (taken) {
      tenant.inFlight += 1
      this.#inFlight += 1
    }
    this.#giveTurn(tenant)
    return taken ? 1 : 0
  }

  #giveTurn(tenant: Tenant): void {
    const first = tenant.messages.peek()
    if (tenant.turn && tenant.turn.rank === first?.rank) return
    if (tenant.turn) this.#turns.died()
    tenant.turn = first && { tenant, rank: first.rank }
    if (tenant.turn) this.#turns.push(tenant.turn)
    else this.#forgetIdle(tenant)
  }

  #tenantOf(message: Message): Tenant {
    const id = message.content.groupId ?? ''
    const known = this.#tenants.get(id)
    if (known) return known
    const messages = new Heap<Message>(byRank, (each) => each.standing === 'visible')
    const tenant: Tenant = { id, messages, inFlight: 0, visible: 0, turn: undefined }
    this.#tenants.set(id, tenant)
    return tenant
  }

  #forgetIdle(tenant: Tenant): void {
    if (tenant.inFlight === 0 && tenant.visible === 0) this.#tenants.delete(tenant.id)
  }
}
