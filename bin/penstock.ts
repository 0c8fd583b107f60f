#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { Command, CommanderError } from 'commander'
import { explain } from './failure.ts'

enableCompileCache()

const verbose = process.argv.includes('--verbose')

/** Each command is imported when it is called: none waits for the libraries of another. */
async function main(): Promise<void> {
  const program = new Command('penstock')
    .description(
      'A serverless event pipeline whose consumers take effect exactly once, and the local cloud that runs it.',
    )
    .option('--verbose', 'show stack traces')
    .exitOverride()
  const [{ startCommand }, { cloudCommand }, { publishCommand }] = await Promise.all([
    import('./commands/start.ts'),
    import('./commands/cloud.ts'),
    import('./commands/publish.ts'),
  ])
  for (const command of [startCommand, cloudCommand, publishCommand])
    program.addCommand(command.option('--verbose', 'show stack traces').exitOverride())
  await program.parseAsync()
}

try {
  await main()
} catch (error) {
  // Commander has written its own text; its code is 0 for --help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    const { text, exitCode } = explain(error, verbose)
    process.stderr.write(`${text}\n`)
    process.exitCode = exitCode
  }
}

// An interrupted command leaves requests and their repetitions behind: nobody waits for them any more.
process.exit()
