#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { Command, CommanderError } from 'commander'
import { explain } from './failure.ts'
import { clearLastLine, endWithOutput } from './terminal.ts'

enableCompileCache()
endWithOutput()

const verbose = process.argv.includes('--verbose')

/** Each command is imported when it is called: none waits for the libraries of another. */
async function main(): Promise<void> {
  const program = new Command('penstock')
    .description(
      'A serverless event pipeline whose consumers take effect exactly once, and the local cloud that runs it.',
    )
    .version(versionOf(), '--version')
    .option('--verbose', 'show stack traces')
    .exitOverride()
  const commands = await Promise.all([
    import('./commands/start.ts').then(({ startCommand }) => startCommand),
    import('./commands/cloud.ts').then(({ cloudCommand }) => cloudCommand),
    import('./commands/publish.ts').then(({ publishCommand }) => publishCommand),
    import('./commands/explain.ts').then(({ explainCommand }) => explainCommand),
    import('./commands/deploy.ts').then(({ deployCommand }) => deployCommand),
    import('./commands/destroy.ts').then(({ destroyCommand }) => destroyCommand),
    import('./commands/diff.ts').then(({ diffCommand }) => diffCommand),
    import('./commands/dlq.ts').then(({ dlqCommand }) => dlqCommand),
    import('./commands/parked.ts').then(({ parkedCommand }) => parkedCommand),
    import('./commands/where.ts').then(({ whereCommand }) => whereCommand),
  ])
  for (const command of commands) program.addCommand(command.option('--verbose', 'show stack traces').exitOverride())
  await program.parseAsync()
}

function versionOf(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}

try {
  await main()
} catch (error) {
  // Commander has written its own text; its code is 0 for --help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    const { text, exitCode } = explain(error, verbose)
    clearLastLine()
    process.stderr.write(`${text}\n`)
    process.exitCode = exitCode
  }
}

// An interrupted command leaves requests and their repetitions behind: nobody waits for them any more.
process.exit()
