import { mkdirSync, readFileSync } from 'node:fs'
import { Command } from 'commander'
import type { Synthesized } from '../deploy/assembly.ts'
import { type AppOptions, appOption, assemblyOption, leaveOutOption, modeOption } from '../deploy/options.ts'
import type { Target } from '../deploy/target.ts'
import { CommandFailure } from '../failure.ts'
import { Terminal } from '../terminal.ts'

interface Options extends AppOptions {
  readonly yes: boolean
  readonly importExisting: boolean
}

export const deployCommand = new Command('deploy')
  .description('deploy the app: to AWS, to an emulator (AWS_ENDPOINT_URL), or to a running npm start')
  .argument('[stacks...]', 'these stacks alone, with those they depend on')
  .addOption(modeOption)
  .addOption(appOption)
  .addOption(assemblyOption)
  .addOption(leaveOutOption)
  .option('--yes', 'no questions, and up to four stacks at a time', false)
  .option(
    '--import-existing',
    'take tables and queues that an earlier deployment kept back into their stacks, by name',
    false,
  )
  .addHelpText(
    'after',
    '\nWhere: AWS_ENDPOINT_URL, else AWS, with the credentials and region that every SDK finds.\n' +
      'Bootstraps account and region if that was never done. A running local cloud is updated in place.',
  )
  .action(async (names: string[], options: Options) => {
    const terminal = new Terminal()
    const [{ alone }, { targetOf }, { localStacks }] = await Promise.all([
      import('../deploy/alone.ts'),
      import('../deploy/target.ts'),
      import('../deploy/local-cloud.ts'),
    ])
    const target = await targetOf()
    if (await localStacks(target)) {
      refuseForLocalCloud(target, names, options)
      await toLocalCloud(terminal, target, options)
    } else await alone(() => byCdk(terminal, target, names, options))
  })

/** A running local cloud is updated as a whole, to its own assembly or to one that is given. */
function refuseForLocalCloud({ endpoint }: Target, names: readonly string[], options: Options): void {
  const given = [
    ...names,
    ...(options.mode === undefined ? [] : ['--mode']),
    ...(options.app === appOption.defaultValue ? [] : ['--app']),
    ...(options.leaveOut === undefined ? [] : ['--leave-out']),
  ]
  if (given.length > 0)
    throw new CommandFailure(
      `${endpoint} is a running local cloud, which takes the whole app as npm start synthesizes it: leave out ${given.join(', ')}, or give a synthesized folder by --assembly.`,
      2,
    )
}

/** To `npm start`: its own assembly, in its own mode, unless another is given. */
async function toLocalCloud(terminal: Terminal, target: Target, { assembly, importExisting }: Options): Promise<void> {
  const [{ deployLocally }, { printChanges }, { synthesized }] = await Promise.all([
    import('../deploy/local-cloud.ts'),
    import('../deploy/changes.ts'),
    import('../synthesized.ts'),
  ])
  const folder = assembly ?? (await synthesized(terminal))
  printChanges(terminal, await deployLocally(target, folder, { importExisting }))
}

async function byCdk(terminal: Terminal, target: Target, names: readonly string[], options: Options): Promise<void> {
  const [
    { synthesizedFor, chosenStacks },
    { refuseUnknownTypes },
    { existing, refuseBlocked },
    { bootstrapOnce },
    { cdk },
    { printOutputs },
  ] = await Promise.all([
    import('../deploy/assembly.ts'),
    import('../deploy/unknown-types.ts'),
    import('../deploy/stack-states.ts'),
    import('../deploy/bootstrap.ts'),
    import('../deploy/cdk.ts'),
    import('../deploy/outputs.ts'),
  ])
  const synthesized = await synthesizedFor(terminal, target, options)
  const stacks = chosenStacks(synthesized, names)
  await refuseUnknownTypes(target, synthesized.stacks)
  refuseBlocked(await existing(stacks))
  await bootstrapOnce(terminal, target, synthesized.folder, synthesized.stacks)
  mkdirSync('.penstock/deploy', { recursive: true })
  const outputs = '.penstock/deploy/outputs.json'
  // The CDK command line asks about wider permissions one stack at a time only; nobody needs to be asked on an emulator.
  const unasked = options.yes || target.endpoint !== undefined
  const code = await cdk(
    target,
    synthesized.folder,
    ...['deploy', ...(names.length === 0 ? ['--all'] : names), '--outputs-file', outputs],
    ...(unasked ? ['--require-approval', 'never', '--concurrency', '4'] : []),
    ...(options.importExisting ? ['--import-existing-resources'] : []),
  )
  if (code !== 0) throw await unfinished(await existing(stacks))
  await completeByApi(terminal, synthesized, stacks, options)
  printOutputs(terminal, target, JSON.parse(readFileSync(outputs, 'utf8')))
  if (target.endpoint !== undefined) await (await import('../deploy/take-up.ts')).takeUp(terminal, options.app)
}

/** What was left out and has an API of its own at the endpoint. */
async function completeByApi(
  terminal: Terminal,
  { whole }: Synthesized,
  deployed: readonly string[],
  { leaveOut }: Options,
): Promise<void> {
  const { ALIAS, makeSagaAliases } = await import('../deploy/saga-aliases.ts')
  if (!leaveOut?.includes(ALIAS)) return
  for (const arn of await makeSagaAliases(whole.filter(({ name }) => deployed.includes(name))))
    terminal.line(`made by API calls: ${arn}`)
}

/** What a failed deployment left, and what to do about it. */
async function unfinished(
  stacks: readonly { StackName?: string | undefined; StackStatus?: string | undefined }[],
): Promise<CommandFailure> {
  const { FAILED_CREATION, refuseBlocked } = await import('../deploy/stack-states.ts')
  refuseBlocked(stacks as Parameters<typeof refuseBlocked>[0])
  const failed = stacks.filter(({ StackStatus = '' }) => FAILED_CREATION.includes(StackStatus))
  const named = failed.map(({ StackName, StackStatus }) => `${StackName} is ${StackStatus}`).join(', ')
  const wayOut =
    failed.length === 0
      ? 'The stacks before it are deployed; mend the cause and deploy again.'
      : `${named}: nothing of it runs. Mend the cause and deploy again: the stack is deleted first; add --import-existing where it kept tables or queues.`
  return new CommandFailure(`The deployment has stopped; the CDK command line says why above. ${wayOut}`)
}
