import { type AssemblyStack, readAssembly } from '../../local/assembly/index.ts'
import { CommandFailure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import type { AppOptions } from './options.ts'
import type { Target } from './target.ts'

export interface Synthesized {
  readonly folder: string
  readonly stacks: readonly AssemblyStack[]
}

/** Synthesizes the app for the target, beside the assembly of `npm start`: its mode may be another. */
export async function synthesizedFor(
  terminal: Terminal,
  target: Target,
  { mode, app, assembly }: AppOptions,
): Promise<Synthesized> {
  if (assembly !== undefined) return { folder: assembly, stacks: readAssembly(assembly) }
  const chosen = mode ?? (target.endpoint === undefined ? 'production' : 'development')
  const folder = `.penstock/deploy/${app}-${chosen}/cdk.out`
  const { synthIfChanged } = await import('../../lib/constructs/synth-if-changed.ts')
  await synthIfChanged(folder, { context: { mode: chosen, app } })
  terminal.line(`${app}, mode ${chosen}, to ${target.endpoint ?? `AWS account ${target.account}`}, ${target.region}`)
  return { folder, stacks: readAssembly(folder) }
}

/** @throws CommandFailure where a name is none of the assembly's stacks */
export function chosenStacks({ stacks }: Synthesized, names: readonly string[]): readonly string[] {
  const all = stacks.map(({ name }) => name)
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new CommandFailure(`There is no stack ${unknown.join(', ')}. Stacks: ${all.join(', ')}.`, 2)
  return names.length === 0 ? all : names
}
