import { Command } from 'commander'
import { didYouMean } from '../did-you-mean.ts'
import { CommandFailure } from '../failure.ts'
import { Terminal } from '../terminal.ts'

interface Options {
  readonly json: boolean
  readonly app: string
}

export const explainCommand = new Command('explain')
  .description(
    "what follows from a consumer's declaration: its commit and what that costs, its route, limits and quotas",
  )
  .argument('[consumer]', 'id of a consumer or worker, such as orders.place-order')
  .option('--json', 'print everything as JSON', false)
  .option('--app <prefix>', "the deployment's prefix", 'shop')
  .addHelpText(
    'after',
    '\nWithout a consumer: a line each. Nothing is asked of any cloud. Costs are for messages and items of up to 1 KB.',
  )
  .action(async (id: string | undefined, { json, app }: Options) => {
    const [{ HANDLERS }, { CONCURRENCY }, { declarationOf }, { explanationOf }, { overview, whole }] =
      await Promise.all([
        import('../../lib/stacks/services.ts'),
        import('../../lib/stacks/concurrency.ts'),
        import('../../messaging/index.ts'),
        import('../explain/explanation.ts'),
        import('../explain/text.ts'),
      ])
    const consumers = HANDLERS.map(declarationOf).flatMap((declaration) =>
      declaration.kind === 'consumer' || declaration.kind === 'worker' ? [declaration] : [],
    )
    const ids = consumers.map((declaration) => declaration.id)
    const wanted = id === undefined ? consumers : consumers.filter((declaration) => declaration.id === id)
    if (id !== undefined && wanted.length === 0)
      throw new CommandFailure(`There is no consumer ${id}.${didYouMean(id, ids)} Consumers: ${ids.join(', ')}.`, 2)
    const explanations = wanted.map((declaration) =>
      explanationOf(declaration, { app, defaultConcurrency: CONCURRENCY }),
    )
    const [first] = explanations
    const terminal = new Terminal()
    if (json) terminal.line(JSON.stringify(id === undefined ? explanations : first, null, 2))
    else terminal.line(id === undefined || !first ? overview(explanations) : whole(first))
  })
