import type { Terminal } from '../terminal.ts'
import type { UpdatedStack } from './local-cloud.ts'

/** What a deployment did to a running local cloud, a line for each resource. */
export function printChanges(terminal: Terminal, stacks: readonly UpdatedStack[]): void {
  const lines = stacks.flatMap(({ name, changes }) =>
    changes.map(
      ({ kind, path, type, reason }) =>
        `  ${kind.padEnd(8)} ${name}: ${path} (${type})${reason === undefined ? '' : `: ${reason}`}`,
    ),
  )
  terminal.line(lines.length === 0 ? 'nothing has changed' : lines.join('\n'))
}
