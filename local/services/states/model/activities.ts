import type { Kernel } from '../../../kernel/kernel.ts'
import { activityDoesNotExist } from '../errors.ts'
import { ActivityQueue } from './activity-queue.ts'

export interface Activity {
  readonly arn: string
  readonly name: string
  readonly created: number
  readonly tags: Map<string, string>
  readonly queue: ActivityQueue
}

/** The activities of a cloud: work that a state machine hands to whoever asks for it. */
export class Activities {
  readonly #byArn = new Map<string, Activity>()
  readonly #kernel: Kernel
  readonly #prefix: string

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:states:${region}:${account}:activity:`
  }

  arnOf(name: string): string {
    return this.#prefix + name
  }

  /** Creating one once more gives the one that exists, its tags as they were. */
  create(name: string, tags: ReadonlyMap<string, string>): Activity {
    const arn = this.arnOf(name)
    const existing = this.#byArn.get(arn)
    if (existing) return existing
    const { clock } = this.#kernel
    const created = { arn, name, created: clock.now(), tags: new Map(tags), queue: new ActivityQueue(clock, name) }
    this.#byArn.set(arn, created)
    return created
  }

  find(arn: string): Activity | undefined {
    return this.#byArn.get(arn)
  }

  /** @throws AwsError ActivityDoesNotExist */
  get(arn: string): Activity {
    const activity = this.#byArn.get(arn)
    if (!activity) throw activityDoesNotExist(arn)
    return activity
  }

  list(): Activity[] {
    return [...this.#byArn.values()]
  }

  delete(arn: string): void {
    this.#byArn.delete(arn)
  }
}
