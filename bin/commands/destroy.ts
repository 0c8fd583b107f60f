import { Command } from 'commander'
import { type AppOptions, appOption, assemblyOption, modeOption } from '../deploy/options.ts'
import type { Target } from '../deploy/target.ts'
import { CommandFailure } from '../failure.ts'
import { Terminal } from '../terminal.ts'

interface Options extends AppOptions {
  readonly yes: boolean
}

export const destroyCommand = new Command('destroy')
  .description('delete the deployed stacks, last ones first; what a deletion policy keeps is told')
  .argument('[stacks...]', 'these stacks alone, with those that depend on them')
  .addOption(modeOption)
  .addOption(appOption)
  .addOption(assemblyOption)
  .option('--yes', 'do not ask whether to', false)
  .action(async (names: string[], options: Options) => {
    const terminal = new Terminal()
    const [{ alone }, { targetOf }, { localStacks }] = await Promise.all([
      import('../deploy/alone.ts'),
      import('../deploy/target.ts'),
      import('../deploy/local-cloud.ts'),
    ])
    const target = await targetOf()
    if (await localStacks(target))
      throw new CommandFailure(
        `${target.endpoint} is a local cloud: it goes with its process. End npm start with Ctrl-C.`,
      )
    await alone(() => byCdk(terminal, target, names, options))
  })

async function byCdk(terminal: Terminal, target: Target, names: readonly string[], options: Options): Promise<void> {
  const [{ synthesizedFor, chosenStacks }, { existing }, { keptBy }, { cdk }] = await Promise.all([
    import('../deploy/assembly.ts'),
    import('../deploy/stack-states.ts'),
    import('../deploy/kept.ts'),
    import('../deploy/cdk.ts'),
  ])
  const synthesized = await synthesizedFor(terminal, target, options)
  const there = await existing(chosenStacks(synthesized, names))
  if (there.length === 0) {
    terminal.line('nothing of it is deployed')
    return
  }
  const kept = await keptBy(there.map(({ StackName = '' }) => StackName))
  const unasked = options.yes || target.endpoint !== undefined
  const code = await cdk(
    target,
    synthesized.folder,
    ...['destroy', ...(names.length === 0 ? ['--all'] : names)],
    ...(unasked ? ['--force'] : []),
  )
  if (code !== 0)
    throw new CommandFailure(
      'Not everything is deleted; the CDK command line says why above. Mend the cause and destroy again.',
    )
  if (kept.length === 0) return
  terminal.heading('Kept by their deletion policy; npm run deploy -- --import-existing takes them back')
  for (const { type, id } of kept) terminal.line(`  ${type} ${id}`)
}
