import { AwsError } from '../../errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { Caller, RoleSession } from '../../service.ts'
import type { IamModel, Role } from './model.ts'

export interface SessionKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** On the cloud's clock. The shape is the SDK's, so that a client takes the keys as its credentials. */
  readonly expiration: Date
}

interface Session {
  readonly token: string
  readonly expiration: number
  /** Absent of the administrator's own sessions. */
  readonly roleId: string | undefined
  readonly caller: Caller
}

/** What a session of a role is made with. */
export interface SessionOptions {
  /** The Lambda environment that holds it. */
  readonly sandbox?: string | undefined
  readonly session?: RoleSession | undefined
}

/** Marks the tokens that this cloud issued, so that an ended session never passes for the developer. */
const tokenPrefix = 'PenstockSession/'

/** Sessions of roles, by access key. */
export class Sessions {
  readonly #byKey = new Map<string, Session>()
  readonly #kernel: Kernel
  readonly #model: IamModel
  readonly #account: string

  constructor(kernel: Kernel, model: IamModel, account: string) {
    this.#kernel = kernel
    this.#model = model
    this.#account = account
  }

  /** A role's session as a caller, without keys: for services that act as the role inside the cloud. */
  caller(role: Role, sessionName: string, options: SessionOptions = {}): Caller & { kind: 'role' } {
    const { sandbox, session } = options
    return {
      kind: 'role',
      roleArn: role.arn,
      arn: `arn:aws:sts::${this.#account}:assumed-role/${role.name}/${sessionName}`,
      userId: `${role.id}:${sessionName}`,
      ...(sandbox === undefined ? {} : { sandbox }),
      ...(session === undefined ? {} : { session }),
    }
  }

  issue(role: Role, sessionName: string, seconds: number, options: SessionOptions = {}): SessionKeys {
    return this.#keys(this.caller(role, sessionName, options), seconds, role.id)
  }

  /** Keys of a session of somebody who is no role. */
  issueTo(caller: Caller, seconds: number): SessionKeys {
    return this.#keys(caller, seconds, undefined)
  }

  #keys(caller: Caller, seconds: number, roleId: string | undefined): SessionKeys {
    this.#prune()
    const accessKeyId = this.#model.id('ASIA', 'session key').slice(0, 20)
    const token = `${tokenPrefix}${this.#kernel.random.hex('iam session token')}`
    const expiration = this.#kernel.clock.now() + seconds * 1000
    this.#byKey.set(accessKeyId, { token, expiration, roleId, caller })
    const secretAccessKey = `${this.#kernel.random.hex('iam session secret')}${this.#kernel.random.hex('iam session secret')}`
    return {
      accessKeyId,
      secretAccessKey: secretAccessKey.slice(0, 40),
      sessionToken: token,
      expiration: new Date(expiration),
    }
  }

  /**
   * The session of a key; `undefined` where the key is no session's, so that it is the developer's.
   * @throws AwsError InvalidClientTokenId, ExpiredToken
   */
  find(accessKeyId: string, sessionToken: string | undefined): Caller | undefined {
    const session = this.#byKey.get(accessKeyId)
    if (!session) {
      if (sessionToken?.startsWith(tokenPrefix)) throw expired()
      return undefined
    }
    if (session.token !== sessionToken || !this.#alive(session))
      throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
        status: 403,
      })
    if (session.expiration <= this.#kernel.clock.now()) throw expired()
    return session.caller
  }

  /** A role of the same name that was made anew is another role. */
  #alive({ caller, roleId }: Session): boolean {
    return caller.kind !== 'role' || this.#model.roleByArn(caller.roleArn)?.id === roleId
  }

  #prune(): void {
    const now = this.#kernel.clock.now()
    for (const [key, { expiration }] of this.#byKey) if (expiration <= now) this.#byKey.delete(key)
  }
}

const expired = (): AwsError =>
  new AwsError('ExpiredToken', 'The security token included in the request is expired', { status: 403 })
