import { synthIfChanged } from '../../lib/constructs/synth-if-changed.ts'
import type { Cloud } from '../../local/cloud.ts'
import { printChanges } from '../deploy/changes.ts'
import { ASSEMBLY } from '../synthesized.ts'
import type { Terminal } from '../terminal.ts'
import { type WatchedChange, watch } from './watch.ts'

/** Where what a template or a bundle of the shop is made of is edited. */
const SOURCES = ['functions', 'contracts', 'messaging', 'lib']

/** Brings saved sources into the running shop, and tells each time. @returns ends the watch */
export function watchShop(terminal: Terminal, cloud: Cloud): () => Promise<void> {
  terminal.line(`watching ${SOURCES.join(', ')}`)
  return watch({
    sources: SOURCES,
    root: process.cwd(),
    assembly: ASSEMBLY,
    scratch: '.penstock/watch',
    synthesize: async () => void (await synthIfChanged(ASSEMBLY)),
    deploy: (assembly) => cloud.deploy(assembly),
    onChange: (change) => tell(terminal, change),
  })
}

function tell(terminal: Terminal, change: WatchedChange): void {
  if (change.kind === 'problem') {
    terminal.line(`what was saved does not run; what ran before goes on:\n${change.message}`)
    return
  }
  if (change.kind === 'mended') {
    terminal.line('what is saved is what runs, again')
    return
  }
  const seconds = (change.milliseconds / 1000).toFixed(2)
  if (change.kind === 'code') terminal.line(`live ${seconds} s after it was saved: ${change.functions.join(', ')}`)
  else {
    terminal.line(`the app as saved, after ${seconds} s:`)
    printChanges(terminal, change.stacks)
  }
}
