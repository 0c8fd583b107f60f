import { Command, InvalidArgumentError, Option } from 'commander'
import { type Filter, parseFilter } from '../dlq/letter.ts'
import { type OperatorOptions, operatorCommand } from './operator.ts'

export interface DlqOptions extends OperatorOptions {
  readonly filter: Filter
  readonly id?: string
}

const filtered = (command: Command): Command =>
  command
    .argument('<queue>', "a dead-letter queue's name, or the id of its consumer")
    .addOption(
      new Option('--filter <name=value>', 'class, type, source, stack or id; * stands for any text; all must match')
        .default({} as Filter, 'all letters')
        .argParser(readFilter),
    )
    .option('--id <text>', "one letter, by its message's id")

function readFilter(text: string, previous: Filter): Filter {
  try {
    return parseFilter(text, previous)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

function readRate(text: string): number {
  const rate = Number(text)
  if (Number.isInteger(rate) && rate >= 1 && rate <= 10_000) return rate
  throw new InvalidArgumentError('A rate is a whole number of letters a second, from 1 to 10000.')
}

export const dlqCommand = new Command('dlq')
  .description('what could not be delivered or handled: list it, look at it, mend it, send it again')
  .addCommand(
    operatorCommand('ls', 'list every dead-letter queue of the app, with what gives up to it').action(
      async (options: DlqOptions) => (await import('../dlq/run.ts')).list(options),
    ),
  )
  .addCommand(
    filtered(operatorCommand('group', 'count letters by cause: class of error, place in the code, source')).action(
      async (queue: string, options: DlqOptions) => (await import('../dlq/run.ts')).group(queue, options),
    ),
  )
  .addCommand(
    filtered(
      operatorCommand('show', 'show letters: error, attempts, trace, source and body; they stay where they are'),
    ).action(async (queue: string, options: DlqOptions) => (await import('../dlq/run.ts')).show(queue, options)),
  )
  .addCommand(
    operatorCommand('edit', 'put a copy with other data in the place of a letter; the copy names the original')
      .argument('<queue>', "a dead-letter queue's name, or the id of its consumer")
      .requiredOption('--id <text>', "the letter's message id")
      .requiredOption('--data <json>', "the copy's data")
      .action(async (queue: string, options: DlqOptions & { id: string; data: string }) =>
        (await import('../dlq/run.ts')).edit(queue, options),
      ),
  )
  .addCommand(
    filtered(
      operatorCommand(
        'redrive',
        'send letters back to where they were bound for; what is ordered is parked in its place',
      ),
    )
      .addOption(new Option('--rate <n>', 'letters a second').default(50).argParser(readRate))
      .action(async (queue: string, options: DlqOptions & { rate: number }) =>
        (await import('../dlq/run.ts')).redriveQueue(queue, options),
      ),
  )
  .addCommand(
    filtered(operatorCommand('purge', 'delete letters for good'))
      .option('--yes', 'really', false)
      .action(async (queue: string, options: DlqOptions & { yes: boolean }) =>
        (await import('../dlq/run.ts')).purgeQueue(queue, options),
      ),
  )
  .exitOverride()
