import { spawn } from 'node:child_process'
import { CommandFailure } from '../failure.ts'
import type { Target } from './target.ts'

const interrupted = () =>
  new CommandFailure(
    'Interrupted. What CloudFormation has begun goes on to its end; run the command again to do the rest.',
    130,
  )

/**
 * Runs the pinned CDK command line on a synthesized assembly; it writes its own progress.
 * @throws CommandFailure where it cannot be run, or was interrupted
 * @returns its exit code
 */
export function cdk(target: Target, assembly: string, ...args: readonly string[]): Promise<number> {
  const env = {
    ...process.env,
    ...target.environment,
    // Newer releases of the tool are not what this run is about.
    CDK_DISABLE_VERSION_CHECK: '1',
  }
  const command = ['node_modules/aws-cdk/bin/cdk', ...args, '--app', assembly]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { env, stdio: 'inherit' })
    // A terminal sends Ctrl-C to both: who waits tells what it means, however the child ends.
    let stopped = false
    process.once('SIGINT', () => {
      stopped = true
      child.kill('SIGINT')
    })
    child.on('error', ({ message }) =>
      reject(new CommandFailure(`The CDK command line cannot be run (${message}). Install it with npm ci.`)),
    )
    child.on('exit', (code, signal) => (signal || stopped ? reject(interrupted()) : resolve(code ?? 1)))
  })
}
