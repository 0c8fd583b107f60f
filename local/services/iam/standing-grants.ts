import type { AccessCheck, Caller, PolicyDocument } from '../../service.ts'

/**
 * What services may do by the policy of a resource alone: a topic that sends to its queues asks the same for each message. A
 * grant stands as long as the caller and the policy are the same objects; one that hung on anything of the request is not kept.
 */
export class StandingGrants {
  readonly #byCaller = new WeakMap<Caller, Map<string, Map<string, PolicyDocument>>>()

  stands(caller: Caller, { action, resource }: AccessCheck, policy: PolicyDocument | undefined): boolean {
    return policy !== undefined && this.#byCaller.get(caller)?.get(resource)?.get(action) === policy
  }

  keep(caller: Caller, { action, resource }: AccessCheck, policy: PolicyDocument): void {
    const byResource = this.#byCaller.get(caller) ?? new Map<string, Map<string, PolicyDocument>>()
    this.#byCaller.set(caller, byResource)
    const byAction = byResource.get(resource) ?? new Map<string, PolicyDocument>()
    byResource.set(resource, byAction.set(action, policy))
  }
}
