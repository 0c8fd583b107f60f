import type { Terminal } from '../terminal.ts'

/** Beside the folder that `cdk synth` writes: a development machine may use both. */
export const ASSEMBLY = '.penstock/cdk.out'

/** Makes the assembly of `npm start` that of the sources as they are now, and says how long it took. */
export async function synthesized(terminal: Terminal): Promise<string> {
  const { synthIfChanged } = await import('../../lib/constructs/synth-if-changed.ts')
  const started = performance.now()
  const changed = await synthIfChanged(ASSEMBLY)
  const seconds = ((performance.now() - started) / 1000).toFixed(2)
  terminal.line(changed ? `synthesized in ${seconds} s` : `nothing has changed since the last synthesis (${seconds} s)`)
  return ASSEMBLY
}
