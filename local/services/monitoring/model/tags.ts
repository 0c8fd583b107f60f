import type { Tag } from '@aws-sdk/client-cloudwatch'

/** Tags of alarms and dashboards, by their ARNs. */
export class Tags {
  readonly #tags = new Map<string, Map<string, string>>()

  set(arn: string, tags: readonly Tag[] | undefined): void {
    const kept = this.#tags.get(arn) ?? new Map<string, string>()
    for (const { Key = '', Value = '' } of tags ?? []) kept.set(Key, Value)
    if (kept.size > 0) this.#tags.set(arn, kept)
  }

  remove(arn: string, keys: readonly string[]): void {
    for (const key of keys) this.#tags.get(arn)?.delete(key)
  }

  drop(arn: string): void {
    this.#tags.delete(arn)
  }

  of(arn: string): Tag[] {
    return [...(this.#tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }))
  }
}
