import { Command } from 'commander'
import { type AppOptions, appOption, assemblyOption, leaveOutOption, modeOption } from '../deploy/options.ts'
import { CommandFailure } from '../failure.ts'
import { Terminal } from '../terminal.ts'

interface Options extends AppOptions {
  readonly fail: boolean
}

export const diffCommand = new Command('diff')
  .description('what a deployment would change in what is deployed now')
  .argument('[stacks...]', 'these stacks alone')
  .addOption(modeOption)
  .addOption(appOption)
  .addOption(assemblyOption)
  .addOption(leaveOutOption)
  .option('--fail', 'exit with 1 where anything differs', false)
  .action(async (names: string[], options: Options) => {
    const terminal = new Terminal()
    const [
      { targetOf },
      { localStacks },
      { synthesizedFor, chosenStacks },
      { synthesized },
      { refuseUnprepared },
      { cdk },
    ] = await Promise.all([
      import('../deploy/target.ts'),
      import('../deploy/local-cloud.ts'),
      import('../deploy/assembly.ts'),
      import('../synthesized.ts'),
      import('../deploy/bootstrap.ts'),
      import('../deploy/cdk.ts'),
    ])
    const target = await targetOf()
    const local = (await localStacks(target)) !== undefined
    const assembly = options.assembly ?? (local ? await synthesized(terminal) : undefined)
    const found = await synthesizedFor(terminal, target, { ...options, ...(assembly !== undefined && { assembly }) })
    if (!local) await refuseUnprepared(target, found.stacks)
    const code = await cdk(
      target,
      found.folder,
      ...['diff', ...chosenStacks(found, names)],
      // A local cloud compares templates; elsewhere a change set tells what would be replaced.
      ...(local ? ['--method', 'template'] : []),
      ...(options.fail ? ['--fail'] : []),
    )
    if (code !== 0)
      throw new CommandFailure(
        options.fail ? 'What is deployed differs, or could not be compared: see above.' : 'The comparison has failed.',
      )
  })
