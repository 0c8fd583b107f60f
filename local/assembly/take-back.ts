import { AwsError } from '../errors.ts'
import type { CreatedResource } from '../service.ts'
import type { Creation, Wanted } from './create.ts'
import { isKept } from './delete.ts'
import { AssemblyError } from './error.ts'
import { customName } from './names.ts'

/**
 * As CloudFormation imports existing resources into a stack: by the name that the template gives them, where a deletion policy keeps
 * them and no stack has them. What of it differs from the template is changed in place.
 * @returns `undefined` where there is none of that name, or it would have to be replaced
 */
export async function takenBack({ stacks }: Creation, wanted: Wanted): Promise<CreatedResource | undefined> {
  const { type, declaration, properties, resource } = wanted
  const name = importableName(wanted)
  if (name === undefined || stacks.owns(declaration.Type, name)) return undefined
  const kept = stacks.keptOf(declaration.Type, name)
  try {
    // Tables that a folder kept over a restart are known by their name alone, and are taken for what the template says.
    return await type.update?.(kept?.physicalId ?? name, properties, kept?.properties ?? properties, resource)
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

/** The refusal of a creation, with the way out where the resource may have been kept. */
export function withWayOut(error: unknown, wanted: Wanted): unknown {
  if (!(error instanceof AssemblyError) || !/already exists/i.test(error.message)) return error
  if (importableName(wanted) === undefined) return error
  return new AssemblyError(
    `${error.message}. Where an earlier deployment kept it, take it back with --import-existing (importExisting); else delete it, or rename it in the template.`,
    [],
  )
}

const importableName = ({ declaration, properties }: Wanted): string | undefined =>
  isKept(declaration.DeletionPolicy ?? 'Delete', false) ? customName(declaration.Type, properties) : undefined
