import { AwsError } from '../../errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { PolicyDocument } from '../../service.ts'

const day = 24 * 60 * 60 * 1000

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion'

export interface Key {
  readonly id: string
  readonly arn: string
  readonly created: number
  readonly manager: 'CUSTOMER' | 'AWS'
  /** 256-bit keys; the newest encrypts, each decrypts what it encrypted. */
  readonly materials: Uint8Array[]
  readonly tags: Map<string, string>
  description: string
  enabled: boolean
  policy: { readonly text: string; readonly document: PolicyDocument }
  /** Rotation is on; `next` is the instant of the next one. */
  rotation: { readonly days: number; readonly next: number } | undefined
  /** Instant after which the key is gone, where its deletion is scheduled. */
  deletion: number | undefined
}

/** Keys and aliases of the account in its region. Deletion and rotation happen lazily, when a key is looked at. */
export class KmsModel {
  readonly #keys = new Map<string, Key>()
  /** Alias name (`alias/...`) -> key id. */
  readonly aliases = new Map<string, string>()
  readonly #kernel: Kernel
  readonly #prefix: string

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:kms:${region}:${account}:`
  }

  now(): number {
    return this.#kernel.clock.now()
  }

  /** So many bytes of the kernel's randomness. */
  bytes(length: number, purpose: string): Uint8Array {
    let hex = ''
    while (hex.length < length * 2) hex += this.#kernel.random.hex(`kms ${purpose}`)
    return new Uint8Array(Buffer.from(hex.slice(0, length * 2), 'hex'))
  }

  aliasArn(alias: string): string {
    return this.#prefix + alias
  }

  create(policy: Key['policy'], options: { description?: string; manager?: Key['manager'] } = {}): Key {
    const id = this.#kernel.random.uuid('kms key id')
    const key: Key = {
      id,
      arn: `${this.#prefix}key/${id}`,
      created: this.now(),
      manager: options.manager ?? 'CUSTOMER',
      materials: [this.bytes(32, 'key material')],
      tags: new Map(),
      description: options.description ?? '',
      enabled: true,
      policy,
      rotation: undefined,
      deletion: undefined,
    }
    this.#keys.set(id, key)
    return key
  }

  all(): Key[] {
    return [...this.#keys.keys()].flatMap((id) => this.#alive(id) ?? [])
  }

  /** By key id, key ARN, alias name or alias ARN; `undefined` where there is none. */
  find(reference: string): Key | undefined {
    const name = reference.startsWith(this.#prefix) ? reference.slice(this.#prefix.length) : reference
    if (name.startsWith('alias/')) return this.#alive(this.aliases.get(name) ?? '')
    return this.#alive(name.startsWith('key/') ? name.slice(4) : name)
  }

  /** @throws AwsError NotFoundException */
  get(reference: string): Key {
    const key = this.find(reference)
    if (key) return key
    if (/(^|:)alias\//.test(reference)) {
      const arn = reference.startsWith('alias/') ? this.aliasArn(reference) : reference
      throw new AwsError('NotFoundException', `Alias ${arn} is not found.`)
    }
    const arn = reference.includes(':') ? reference : `${this.#prefix}key/${reference}`
    throw new AwsError('NotFoundException', `Key '${arn}' does not exist`)
  }

  /** A key that may encrypt and decrypt now. */
  usable(reference: string): Key {
    const key = this.get(reference)
    if (key.deletion !== undefined) throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`)
    if (!key.enabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`)
    return key
  }

  state(key: Key): KeyState {
    if (key.deletion !== undefined) return 'PendingDeletion'
    return key.enabled ? 'Enabled' : 'Disabled'
  }

  #alive(id: string): Key | undefined {
    const key = this.#keys.get(id)
    if (!key) return undefined
    if (key.deletion !== undefined && key.deletion <= this.now()) {
      this.#keys.delete(id)
      for (const [alias, target] of this.aliases) if (target === id) this.aliases.delete(alias)
      return undefined
    }
    while (key.rotation && key.rotation.next <= this.now()) {
      key.materials.push(this.bytes(32, 'key material'))
      key.rotation = { days: key.rotation.days, next: key.rotation.next + key.rotation.days * day }
    }
    return key
  }

  rotateEvery(key: Key, days: number): void {
    key.rotation = { days, next: this.now() + days * day }
  }

  scheduleDeletion(key: Key, days: number): number {
    key.deletion = this.now() + days * day
    key.enabled = false
    return key.deletion
  }
}
