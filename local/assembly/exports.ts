import { AssemblyError } from './error.ts'
import type { DeployedStack, Stacks } from './stack.ts'

/**
 * An export that another stack imports can neither go nor change.
 * @throws AssemblyError in CloudFormation's words
 */
export function checkExports(previous: DeployedStack, next: DeployedStack, stacks: Stacks): void {
  const problems = Object.entries(previous.exports).flatMap(([name, value]) => {
    const users = stacks.all().filter(({ imports }) => imports.includes(name))
    if (users.length === 0 || next.exports[name] === value) return []
    const verb = name in next.exports ? 'updated' : 'deleted'
    return [`Export ${name} cannot be ${verb} as it is in use by ${users.map((stack) => stack.name).join(', ')}`]
  })
  if (problems.length > 0)
    throw new AssemblyError(
      `Stack ${next.name}: remove the imports first, in a deployment of their own, or pass the value by an SSM parameter:`,
      problems,
    )
}
