import type { Kernel } from '../../kernel/kernel.ts'
import { conflict, groupNotFound, scheduleNotFound } from './errors.ts'
import {
  type CreationRequest,
  isRepeated,
  type Schedule,
  type ScheduleGroup,
  type ScheduleSettings,
} from './schedule.ts'

/** Schedules in their groups. Every account has the group `default`. */
export class ScheduleGroups {
  readonly #kernel: Kernel
  readonly #prefix: string
  readonly #groups = new Map<string, ScheduleGroup>()

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:scheduler:${region}:${account}`
    this.create('default', new Map(), { token: undefined, text: '' })
  }

  groupArn(name = 'default'): string {
    return `${this.#prefix}:schedule-group/${name}`
  }

  scheduleArn(group = 'default', name = ''): string {
    return `${this.#prefix}:schedule/${group}/${name}`
  }

  now(): Date {
    return new Date(this.#kernel.clock.now())
  }

  /** The same request again gives the group that it made. @throws AwsError ConflictException */
  create(name: string, tags: ReadonlyMap<string, string>, request: CreationRequest): ScheduleGroup {
    const existing = this.#groups.get(name)
    if (existing && isRepeated(existing.request, request)) return existing
    if (existing) throw conflict(`Schedule group ${name} already exists.`)
    const now = this.now()
    const group: ScheduleGroup = {
      name,
      arn: this.groupArn(name),
      created: now,
      modified: now,
      tags: new Map(tags),
      schedules: new Map(),
      request,
    }
    this.#groups.set(name, group)
    return group
  }

  /** @throws AwsError ResourceNotFoundException */
  get(name = 'default'): ScheduleGroup {
    const group = this.#groups.get(name)
    if (!group) throw groupNotFound(name)
    return group
  }

  byArn(arn: string): ScheduleGroup {
    return this.get(arn.split(':schedule-group/')[1] ?? arn)
  }

  delete(name: string): void {
    this.get(name)
    this.#groups.delete(name)
  }

  all(): ScheduleGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The schedule that this very request has made. */
  repeated(groupName: string | undefined, name: string, request: CreationRequest): Schedule | undefined {
    const existing = this.#groups.get(groupName ?? 'default')?.schedules.get(name)
    return existing && isRepeated(existing.request, request) ? existing : undefined
  }

  /** @throws AwsError ResourceNotFoundException, ConflictException */
  add(groupName: string | undefined, name: string, settings: ScheduleSettings, request: CreationRequest): Schedule {
    const group = this.get(groupName)
    if (group.schedules.has(name)) throw conflict(`Schedule ${name} already exists.`)
    const now = this.now()
    const arn = this.scheduleArn(group.name, name)
    const schedule: Schedule = { name, group: group.name, arn, created: now, modified: now, settings, request }
    group.schedules.set(name, schedule)
    return schedule
  }

  /** @throws AwsError ResourceNotFoundException */
  schedule(group: string | undefined, name: string): Schedule {
    const schedule = this.get(group).schedules.get(name)
    if (!schedule) throw scheduleNotFound(name)
    return schedule
  }

  /** Whether this very schedule is still there. */
  has(schedule: Schedule): boolean {
    return this.#groups.get(schedule.group)?.schedules.get(schedule.name) === schedule
  }

  remove(schedule: Schedule): void {
    this.#groups.get(schedule.group)?.schedules.delete(schedule.name)
  }
}
