import { spawn } from 'node:child_process'
import { CommandFailure } from '../failure.ts'
import type { Target } from './target.ts'

/**
 * Runs the pinned CDK command line on a synthesized assembly; it writes its own progress.
 * @throws CommandFailure where it cannot be run
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
    child.on('error', ({ message }) =>
      reject(new CommandFailure(`The CDK command line cannot be run (${message}). Install it with npm ci.`)),
    )
    child.on('exit', (code, signal) => resolve(signal ? 130 : (code ?? 1)))
  })
}
