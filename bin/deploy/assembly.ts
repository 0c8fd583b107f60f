import { type AssemblyStack, readAssembly } from '../../local/assembly/index.ts'
import { didYouMean } from '../did-you-mean.ts'
import { CommandFailure } from '../failure.ts'
import { synthesizedInto } from '../synthesized.ts'
import type { Terminal } from '../terminal.ts'
import type { AppOptions } from './options.ts'
import type { Target } from './target.ts'

export interface Synthesized {
  readonly folder: string
  /** As the folder has them. */
  readonly stacks: readonly AssemblyStack[]
  /** As the app has them: with what the folder leaves out. */
  readonly whole: readonly AssemblyStack[]
}

/** Synthesizes the app for the target, beside the assembly of `npm start`: its mode may be another. */
export async function synthesizedFor(terminal: Terminal, target: Target, options: AppOptions): Promise<Synthesized> {
  const folder = options.assembly ?? (await synthesizedHere(terminal, target, options))
  const whole = readAssembly(folder)
  if (options.leaveOut === undefined) return { folder, stacks: whole, whole }
  if (target.endpoint === undefined)
    throw new CommandFailure('--leave-out is for an emulator (AWS_ENDPOINT_URL): AWS has every resource type.', 2)
  const { leaveOut } = await import('./left-out.ts')
  const trimmed = '.penstock/deploy/left-out/cdk.out'
  leaveOut(folder, trimmed, options.leaveOut)
  terminal.line(`left out: ${options.leaveOut.join(', ')}`)
  return { folder: trimmed, stacks: readAssembly(trimmed), whole }
}

async function synthesizedHere(terminal: Terminal, target: Target, { mode, app }: AppOptions): Promise<string> {
  const chosen = mode ?? (target.endpoint === undefined ? 'production' : 'development')
  const folder = `.penstock/deploy/${app}-${chosen}/cdk.out`
  await synthesizedInto(terminal, folder, { mode: chosen, app })
  terminal.line(`${app}, mode ${chosen}, to ${target.endpoint ?? `AWS account ${target.account}`}, ${target.region}`)
  return folder
}

/** @throws CommandFailure where a name is none of the assembly's stacks */
export function chosenStacks({ stacks }: Synthesized, names: readonly string[]): readonly string[] {
  const all = stacks.map(({ name }) => name)
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new CommandFailure(
      `There is no stack ${unknown.join(', ')}.${didYouMean(unknown[0] ?? '', all)} Stacks: ${all.join(', ')}.`,
      2,
    )
  return names.length === 0 ? all : names
}
