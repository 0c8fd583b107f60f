import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './command-line.ts'

const RUNS = 3
const root = fileURLToPath(new URL('..', import.meta.url))

/** Milliseconds of one synth of an app, in a process of its own. */
function synth(app: string, cold: boolean): number {
  const scratch = mkdtempSync(join(tmpdir(), 'penstock-synth-'))
  if (cold) rmSync(join(root, 'node_modules/.cache/compile'), { recursive: true, force: true })
  const started = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [join(root, app)], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: scratch, CDK_VALIDATION: 'false' },
  })
  const took = performance.now() - started
  rmSync(scratch, { recursive: true, force: true })
  if (status !== 0) throw new Error(`${app} does not synthesize:\n${stderr.toString()}`)
  return took
}

const series = (app: string, cold: boolean) => median(Array.from({ length: RUNS }, () => synth(app, cold)))
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`

const cold = series('bin/app.ts', true)
const warm = series('bin/app.ts', false)
const peer = series('bench/synth-peer.ts', false)
process.stdout.write(
  `this app, 30 functions and all their queues: cold ${seconds(cold)}, warm ${seconds(warm)}\n` +
    `20 of its functions alone, as NodejsFunction constructs: ${seconds(peer)} (${(peer / warm).toFixed(1)} times the warm synth)\n` +
    `(median of ${RUNS} runs each)\n`,
)
