import type { Kernel } from '../../kernel/kernel.ts'
import type { Archives } from './archives.ts'
import type { Bus, Rule } from './bus.ts'
import { invalid } from './constraints.ts'
import { alreadyExists, busNotFound, ruleNotFound } from './errors.ts'
import type { Replays } from './replays.ts'
import type { RuleSchedules } from './schedule.ts'

/** Event buses with their rules. Every account has the bus `default`. */
export class EventBuses {
  readonly #kernel: Kernel
  readonly #prefix: string
  readonly #buses = new Map<string, Bus>()

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:events:${region}:${account}`
    this.create('default')
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  create(name: string, given: Partial<Pick<Bus, 'description' | 'letters' | 'tags'>> = {}): Bus {
    if (this.#buses.has(name)) throw alreadyExists(`Event bus ${name}`)
    const now = this.now()
    const bus: Bus = {
      name,
      arn: this.busArn(name),
      created: now,
      modified: now,
      description: given.description,
      letters: given.letters,
      policy: [],
      tags: new Map(given.tags),
      rules: new Map(),
    }
    this.#buses.set(name, bus)
    return bus
  }

  /** Deleting a bus that does not exist succeeds. */
  delete(name: string): void {
    if (name === 'default') throw invalid('Cannot delete event bus default.')
    const bus = this.#buses.get(name)
    if (bus && bus.rules.size > 0) throw invalid(`Event bus ${name} cannot be deleted, it still has rules.`)
    this.#buses.delete(name)
  }

  /** By name or ARN; without one the default bus. */
  find(nameOrArn: string | undefined): Bus | undefined {
    return this.#buses.get(this.nameOf(nameOrArn))
  }

  /** @throws AwsError ResourceNotFoundException */
  get(nameOrArn: string | undefined): Bus {
    const bus = this.find(nameOrArn)
    if (!bus) throw busNotFound(this.nameOf(nameOrArn))
    return bus
  }

  /** @throws AwsError ResourceNotFoundException */
  rule(bus: string | undefined, name: string): Rule {
    const found = this.find(bus)?.rules.get(name)
    if (!found) {
      this.get(bus)
      throw ruleNotFound(name, this.nameOf(bus))
    }
    return found
  }

  ruleByArn(arn: string): Rule | undefined {
    const path = arn.split(':rule/')[1]?.split('/') ?? []
    const [bus, name] = path.length === 2 ? path : ['default', path[0]]
    return this.#buses.get(bus ?? '')?.rules.get(name ?? '')
  }

  all(): Bus[] {
    return [...this.#buses.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  now(): Date {
    return new Date(this.#kernel.clock.now())
  }

  nameOf(nameOrArn: string | undefined): string {
    if (nameOrArn === undefined) return 'default'
    return nameOrArn.startsWith('arn:') ? (nameOrArn.split(':event-bus/')[1] ?? nameOrArn) : nameOrArn
  }

  busArn(nameOrArn: string | undefined): string {
    return `${this.#prefix}:event-bus/${this.nameOf(nameOrArn)}`
  }

  ruleArn(bus: string | undefined, rule: string | undefined): string {
    const name = this.nameOf(bus)
    return name === 'default' ? `${this.#prefix}:rule/${rule}` : `${this.#prefix}:rule/${name}/${rule}`
  }
}

/** What the actions of EventBridge work on. */
export interface EventsState {
  readonly buses: EventBuses
  readonly archives: Archives
  readonly replays: Replays
  readonly schedules: RuleSchedules
}
