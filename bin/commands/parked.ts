import { Command } from 'commander'
import { type OperatorOptions, operatorCommand } from './operator.ts'

export const parkedCommand = new Command('parked')
  .description('messages that wait, in order, for a fix or for a newer version: list them, take them up again, or out')
  .addCommand(
    operatorCommand('ls', 'list parked groups, with the reason of the first message of each').action(
      async (options: OperatorOptions) => (await import('../parked/run.ts')).list(options),
    ),
  )
  .addCommand(
    operatorCommand('show', "show a group's messages in order")
      .argument('<consumer>', "the consumer's id, or the name of a relay's function")
      .argument('<group>', "the group: the messages' key")
      .action(async (consumer: string, group: string, options: OperatorOptions) =>
        (await import('../parked/run.ts')).show(consumer, group, options),
      ),
  )
  .addCommand(
    operatorCommand('resume', 'handle (a relay: publish) parked messages in order, until one fails')
      .argument('[consumer]', "the consumer's id, or the name of a relay's function; all of them without it")
      .argument('[group]', 'one group; all of its groups without it')
      .option(
        '--code <code>',
        'groups whose first message was parked for this, such as NewerVersion after a deployment',
      )
      .option('--apply', 'also what is too old to prove that it was not handled before', false)
      .action(async (consumer, group, options) => (await import('../parked/run.ts')).resume(consumer, group, options)),
  )
  .addCommand(
    operatorCommand('skip', "take one message out, to the consumer's (or the relay's) dead-letter queue")
      .argument('<consumer>', "the consumer's id, or the name of a relay's function")
      .argument('<group>', 'its group')
      .requiredOption('--place <text>', 'its place in the group, as show tells')
      .action(async (consumer, group, options) => (await import('../parked/run.ts')).skip(consumer, group, options)),
  )
  .addCommand(
    operatorCommand('settle', 'say what became of an outside effect of unknown outcome, and go on with its group')
      .argument('<consumer>', "the consumer's id")
      .argument('<group>', 'the group whose first message waits for it')
      .option('--done [json]', 'it happened, with this answer: what the call would have given')
      .option('--again', 'it did not happen: it is done when the message is handled', false)
      .option('--drop', "neither: the message goes to the consumer's dead-letter queue", false)
      .action(async (consumer: string, group: string, options) =>
        (await import('../parked/settle.ts')).settle(consumer, group, options),
      ),
  )
  .exitOverride()
