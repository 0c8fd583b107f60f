import type { Action, Caller, CloudContext, PolicyDocument, ResourceType, Service } from '../../service.ts'
import { aliasActions } from './actions/aliases.ts'
import { cryptographyActions } from './actions/cryptography.ts'
import { keyActions } from './actions/keys.ts'
import { settingActions } from './actions/settings.ts'
import { KmsModel } from './model.ts'
import { managedKeyPolicy } from './policies.ts'
import { kmsResources } from './resources.ts'

/**
 * Keys. A service whose resource is encrypted by a key asks for the caller's permission with
 * `context.authorize(caller, { action: 'kms:Decrypt', resource: kms.keyArn(id), context: kms.via('sqs', caller) })`.
 */
export class Kms implements Service {
  readonly name = 'kms'
  readonly actions: Readonly<Record<string, Action>>
  readonly resources: Readonly<Record<string, ResourceType>>
  readonly #model: KmsModel
  readonly #context: CloudContext

  constructor(context: CloudContext) {
    this.#context = context
    this.#model = new KmsModel(context.kernel, context.account, context.region)
    this.actions = {
      ...keyActions(context, this.#model),
      ...aliasActions(context, this.#model),
      ...settingActions(context, this.#model),
      ...cryptographyActions(context, this.#model),
    }
    this.resources = kmsResources(context)
  }

  /** The policy of the key that an ARN of a key or an alias names. */
  resourcePolicy(arn: string): PolicyDocument | undefined {
    return this.#model.find(arn)?.policy.document
  }

  /**
   * The ARN of a usable key by id, ARN, alias name or alias ARN. A key that AWS manages (`alias/aws/<service>`) comes to be here.
   * @throws AwsError NotFoundException, DisabledException, KMSInvalidStateException
   */
  keyArn(reference: string): string {
    const service = /(?:^|:)alias\/aws\/([a-z0-9]+)$/.exec(reference)?.[1]
    if (service !== undefined && !this.#model.find(reference)) this.#createManaged(service)
    return this.#model.usable(reference).arn
  }

  /**
   * Condition keys of a check that a service makes on its caller's behalf. A service principal calls from no account of the
   * customer's: that is why it cannot use the keys that AWS manages, whose policies ask for the account.
   */
  via(service: string, caller: Caller): Record<string, string> {
    return {
      'kms:ViaService': `${service}.${this.#context.region}.amazonaws.com`,
      ...(caller.kind === 'service' ? {} : { 'kms:CallerAccount': this.#context.account }),
    }
  }

  #createManaged(service: string): void {
    const { account, region } = this.#context
    const key = this.#model.create(managedKeyPolicy(account, region, service), {
      description: `Default key that protects my ${service} data when no other key is defined`,
      manager: 'AWS',
    })
    this.#model.aliases.set(`alias/aws/${service}`, key.id)
  }
}
