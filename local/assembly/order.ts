import { AssemblyError } from './error.ts'
import { references } from './references.ts'
import type { Template } from './template.ts'

/** The resources that a resource needs to exist before it. */
function needs(template: Template, logicalId: string): Set<string> {
  const resource = template.Resources[logicalId]
  const found = new Set<string>(typeof resource?.DependsOn === 'string' ? [resource.DependsOn] : resource?.DependsOn)
  for (const { kind, name } of references(resource?.Properties))
    if (kind !== 'condition' && Object.hasOwn(template.Resources, name)) found.add(name)
  return found
}

/**
 * Logical ids, each after those it refers to or depends on; else in the template's order.
 * @throws AssemblyError on a circle
 */
export function creationOrder(template: Template, stackName: string): string[] {
  const ordered: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (id: string): void => {
    if (done.has(id)) return
    if (path.includes(id)) {
      const circle = [...path.slice(path.indexOf(id)), id].join(' -> ')
      throw new AssemblyError(`Stack ${stackName}: circular dependency between resources: ${circle}`, [])
    }
    path.push(id)
    for (const needed of needs(template, id)) visit(needed)
    path.pop()
    done.add(id)
    ordered.push(id)
  }
  for (const id of Object.keys(template.Resources)) visit(id)
  return ordered
}
