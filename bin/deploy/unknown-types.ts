import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation'
import type { AssemblyStack } from '../../local/assembly/index.ts'
import { CommandFailure } from '../failure.ts'
import type { Target } from './target.ts'

/**
 * Asks an endpoint about every template before anything is created: an emulator that lacks a resource type would say so stack by stack,
 * after what comes before. AWS has all of them, and takes no template of this length in a request.
 * @throws CommandFailure that names the types, and the way out
 */
export async function refuseUnknownTypes(target: Target, stacks: readonly AssemblyStack[]): Promise<void> {
  if (target.endpoint === undefined) return
  const client = new CloudFormationClient({})
  try {
    const unknown = await Promise.all(stacks.map(({ template }) => unknownIn(client, JSON.stringify(template))))
    const types = [...new Set(unknown.flat())].sort()
    if (types.length === 0) return
    throw new CommandFailure(
      `The CloudFormation at ${target.endpoint} does not know ${types.join(', ')}. To deploy without them, there alone: --leave-out ${types.join(',')} (docs/guide/backends.md tells what an emulator lacks).`,
    )
  } finally {
    client.destroy()
  }
}

/** In CloudFormation's own words; whatever else it says of a template, the deployment tells better. */
async function unknownIn(client: CloudFormationClient, TemplateBody: string): Promise<string[]> {
  try {
    await client.send(new ValidateTemplateCommand({ TemplateBody }))
    return []
  } catch (error) {
    const [, types] = /Unrecognized resource types: \[([^\]]*)\]/.exec((error as Error).message) ?? []
    return types?.split(',').map((type) => type.trim()) ?? []
  }
}
