import { existsSync } from 'node:fs'
import { CommandFailure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** Beside the folder that `cdk synth` writes: a development machine may use both. */
export const ASSEMBLY = '.penstock/cdk.out'

/**
 * Makes the assembly of `npm start` that of the sources as they are now, and says how long it took.
 * @throws CommandFailure where the working folder holds no app
 */
export async function synthesized(terminal: Terminal): Promise<string> {
  const started = performance.now()
  const changed = await synthesizedInto(terminal, ASSEMBLY)
  const seconds = ((performance.now() - started) / 1000).toFixed(2)
  terminal.line(changed ? `synthesized in ${seconds} s` : `nothing has changed since the last synthesis (${seconds} s)`)
  return ASSEMBLY
}

/** @returns whether anything had changed. @throws CommandFailure where the working folder holds no app, or cannot be written to */
export async function synthesizedInto(
  terminal: Terminal,
  folder: string,
  context: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  if (!existsSync('bin/app.ts'))
    throw new CommandFailure(
      `There is no app in ${process.cwd()} (no bin/app.ts). Run the command in the app's folder, or name a synthesized one by --assembly.`,
      2,
    )
  const { synthIfChanged } = await import('../lib/constructs/synth-if-changed.ts')
  try {
    return await synthIfChanged(folder, { context, onChanged: () => terminal.status('synthesizing the app') })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(code ?? '')) throw error
    throw new CommandFailure(
      `What the app synthesizes to cannot be written: ${message}. Run a copy of the repository in a folder that you may write to, or name a synthesized one by --assembly.`,
    )
  }
}
