import { Stacks } from '../../assembly/stack.ts'
import type { Action, CloudContext, Service } from '../../service.ts'
import { resourceActions } from './actions/resources.ts'
import { stackActions } from './actions/stacks.ts'

/** What runs: the stacks of the assemblies, to be read. They are created through `deployAssembly`. */
export class CloudFormation implements Service {
  readonly name = 'cloudformation'
  readonly resources = {}
  readonly stacks = new Stacks()
  readonly actions: Readonly<Record<string, Action>>

  constructor(context: CloudContext) {
    this.actions = { ...stackActions(this.stacks, context), ...resourceActions(this.stacks, context) }
  }
}
