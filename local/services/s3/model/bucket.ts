import type { PublicAccessBlockConfiguration } from '@aws-sdk/client-s3'
import type { Kernel } from '../../../kernel/kernel.ts'
import type { PolicyDocument } from '../../../service.ts'
import type { Checksum } from '../checksums.ts'
import { type ExpirationRule, expiryOf } from './lifecycle.ts'

/** What a client says of an object beside its bytes; given back as it came. */
export interface ObjectHeaders {
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly ContentType?: string | undefined
  readonly Metadata?: Readonly<Record<string, string>> | undefined
}

export interface StoredObject {
  readonly key: string
  readonly body: Uint8Array
  /** MD5 of the bytes, in quotes. */
  readonly etag: string
  readonly lastModified: number
  readonly headers: ObjectHeaders
  /** The one that the writer gave. */
  readonly checksum: Checksum | undefined
}

export type AccessBlock = Required<{ [Name in keyof PublicAccessBlockConfiguration]: boolean }>

/** Everything is blocked in a new bucket since April 2023. */
export const allBlocked: AccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

/** A bucket: its objects, its settings, and the timer that removes what has expired. */
export class Bucket {
  readonly name: string
  readonly created: number
  policy: { readonly text: string; readonly document: PolicyDocument } | undefined
  accessBlock: AccessBlock | undefined = allBlocked
  tags: ReadonlyMap<string, string> = new Map()
  readonly #objects = new Map<string, StoredObject>()
  readonly #kernel: Kernel
  #rules: readonly ExpirationRule[] = []
  #timer: { readonly due: number; cancel(): void } | undefined

  constructor(name: string, kernel: Kernel) {
    this.name = name
    this.#kernel = kernel
    this.created = kernel.clock.now()
  }

  get rules(): readonly ExpirationRule[] {
    return this.#rules
  }

  /** Rules apply to what is stored already, too. */
  set rules(rules: readonly ExpirationRule[]) {
    this.#rules = rules
    this.#arm()
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key)
  }

  put(object: StoredObject): void {
    this.#objects.set(object.key, object)
    const expiry = expiryOf(this.#rules, object.key, object.lastModified)
    if (expiry && (this.#timer === undefined || expiry.at < this.#timer.due)) this.#armAt(expiry.at)
  }

  delete(key: string): void {
    this.#objects.delete(key)
  }

  expiryOf({ key, lastModified }: StoredObject): { at: number; rule: string } | undefined {
    return expiryOf(this.#rules, key, lastModified)
  }

  /** Keys in the order of their UTF-8 bytes, as listings have them. */
  keys(): string[] {
    return [...this.#objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  }

  /** Ends the timer; the bucket is no more. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    this.close()
    let first = Number.POSITIVE_INFINITY
    for (const object of this.#objects.values()) first = Math.min(first, this.expiryOf(object)?.at ?? first)
    if (first < Number.POSITIVE_INFINITY) this.#armAt(first)
  }

  #armAt(due: number): void {
    this.#timer?.cancel()
    const expire = () => {
      const now = this.#kernel.clock.now()
      for (const object of this.#objects.values())
        if ((this.expiryOf(object)?.at ?? Number.POSITIVE_INFINITY) <= now) {
          this.#objects.delete(object.key)
          this.#kernel.journal.record('expire', `arn:aws:s3:::${this.name}/${object.key}`)
        }
      this.#timer = undefined
      this.#arm()
    }
    this.#timer = this.#kernel.clock.at(due, `s3 lifecycle of ${this.name}`, expire, { background: true })
  }
}
