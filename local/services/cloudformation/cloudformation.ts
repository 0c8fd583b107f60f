import { Stacks } from '../../assembly/stack.ts'
import type { Action, CloudContext, HttpAnswer, HttpRequest, Service } from '../../service.ts'
import { eventActions } from './actions/events.ts'
import { resourceActions } from './actions/resources.ts'
import { stackActions } from './actions/stacks.ts'
import { administer, type Deploy } from './administration.ts'

/** What runs: the stacks of the assemblies, to be read. They are created and updated through `deployAssembly`. */
export class CloudFormation implements Service {
  readonly name = 'cloudformation'
  readonly resources = {}
  readonly stacks = new Stacks()
  readonly actions: Readonly<Record<string, Action>>
  #deploy: Deploy | undefined

  constructor(context: CloudContext) {
    this.actions = {
      ...stackActions(this.stacks, context),
      ...resourceActions(this.stacks, context),
      ...eventActions(this.stacks, context),
    }
  }

  /** How an assembly is deployed: the cloud says so once all services exist. */
  deploysBy(deploy: Deploy): void {
    this.#deploy = deploy
  }

  async http(request: HttpRequest): Promise<HttpAnswer | undefined> {
    return this.#deploy && administer(request, this.stacks, this.#deploy)
  }
}
