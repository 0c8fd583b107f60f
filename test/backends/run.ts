import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gapOf, leftOutOn } from './gaps.ts'

/** One cell of the table. */
export interface Cell {
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** Seconds, or why it was skipped. */
  readonly note: string
}

/** Results by what was done: deploy, diff and each flow, in their order. */
export type Column = ReadonlyMap<string, Cell>

const FOLDER = '.penstock/backends'

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string
      readonly status: 'passed' | 'failed' | 'pending' | 'skipped'
      readonly duration?: number | null
    }[]
  }[]
}

/** Deploys the shop to a backend, compares, and runs the flows against it. What the programs write goes into a log. */
export async function runOn(backend: string, endpoint: string): Promise<Column> {
  const column = new Map<string, Cell>()
  mkdirSync(FOLDER, { recursive: true })
  const env = { ...process.env, AWS_ENDPOINT_URL: endpoint }
  const log = `${FOLDER}/${backend.replaceAll(' ', '-')}.log`
  writeFileSync(log, '')
  const leftOut = leftOutOn(backend)
  const without = leftOut.length === 0 ? [] : ['--leave-out', leftOut.join(',')]
  const penstock = (...args: string[]) => timed(['bin/penstock.ts', ...args, ...without], env, log)
  column.set('deploy', await penstock('deploy', '--yes'))
  if (column.get('deploy')?.outcome !== 'ok') return column
  column.set('diff after it is empty', await penstock('diff', '--fail'))
  const report = `${FOLDER}/${backend.replaceAll(' ', '-')}.json`
  const flows = ['node_modules/vitest/vitest.mjs', 'run', 'test/flows', '--reporter=json', `--outputFile=${report}`]
  await timed(flows, { ...env, PENSTOCK_FLOWS: 'remote' }, log)
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  for (const { title, status, duration } of testResults.flatMap((file) => file.assertionResults))
    column.set(title, {
      outcome: status === 'passed' ? 'ok' : status === 'failed' ? 'failed' : 'skipped',
      note: status === 'passed' ? seconds(duration ?? 0) : (gapOf(backend, title) ?? ''),
    })
  return column
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

function timed(args: readonly string[], env: NodeJS.ProcessEnv, log: string): Promise<Cell> {
  const started = performance.now()
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => lines.push(chunk))
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      writeFileSync(log, Buffer.concat(lines), { flag: 'a' })
      resolve({ outcome: code === 0 ? 'ok' : 'failed', note: seconds(performance.now() - started) })
    }),
  )
}
