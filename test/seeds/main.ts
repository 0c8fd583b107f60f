// Looks for a seed at which the shop's figures differ: `node_modules/.bin/node test/seeds/main.ts 20 --orders FILE --provider faulty`.
// The options are those of `npm start`; the journal of a seed that differs is kept. A search of minutes or hours, no part of `npm test`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [count = '', ...options] = process.argv.slice(2)
if (!/^[1-9]\d*$/.test(count)) {
  process.stderr.write('how many seeds? node_modules/.bin/node test/seeds/main.ts 20 [options of npm start]\n')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'penstock-seeds-'))
const began = Date.now().toString(36)
let differing = 0
for (let nth = 1; nth <= Number(count); nth++) {
  const seed = `${began}-${nth}`
  const journal = join(folder, `${seed}.jsonl`)
  const given = ['--port', '0', '--faults', 'heavy', ...options, '--exit', '--seed', seed, '--journal', journal]
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, ['bin/penstock.ts', 'start', ...given], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (signal) process.exit(1)
  const [verdict = ''] = /^lost .*$/m.exec(stdout) ?? []
  process.stdout.write(`seed ${seed}: ${verdict || `exit code ${status}`}\n`)
  if (status === 0) rmSync(journal)
  else {
    differing += 1
    const from = Math.max(0, stdout.indexOf('\nReconciliation'))
    process.stdout.write(`${stdout.slice(from)}${stderr}\njournal: ${journal}\n\n`)
  }
}
if (differing === 0) rmSync(folder, { recursive: true })
process.stdout.write(`${differing} of ${count} seeds differ\n`)
process.exitCode = differing === 0 ? 0 : 1
