// `npm run test:e2e -- --endpoint URL`: the flows against a system that is deployed there (without --endpoint: AWS).
// What else is given is vitest's: `-t "an order"`.
import { spawnSync } from 'node:child_process'
import { targetOf } from '../../bin/deploy/target.ts'
import { CommandFailure } from '../../bin/failure.ts'

const given = process.argv.slice(2)
const at = given.indexOf('--endpoint')
const endpoint = at < 0 ? undefined : given[at + 1]
const rest = at < 0 ? given : given.toSpliced(at, 2)
if (at >= 0 && endpoint === undefined) {
  process.stderr.write('--endpoint needs a URL, such as http://localhost:4566\n')
  process.exit(2)
}
if (given.includes('--help')) {
  process.stdout.write(
    'npm run test:e2e -- [--endpoint URL] [options of vitest, such as -t "an order"]\n\nRuns the flows against the shop that is deployed at the endpoint; without it at AWS_ENDPOINT_URL, else on AWS.\n',
  )
  process.exit(0)
}
// Told at once, and not by each flow.
await targetOf({ ...process.env, ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }) }).catch((error) => {
  process.stderr.write(`${error instanceof CommandFailure ? error.message : error}\n`)
  process.exit(1)
})
// Each flow is told when it has ended: all together take a minute or two.
const flows = ['node_modules/vitest/vitest.mjs', 'run', 'test/flows', '--reporter=verbose', ...rest]
const { status } = spawnSync(process.execPath, flows, {
  stdio: 'inherit',
  env: { ...process.env, PENSTOCK_FLOWS: 'remote', ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }) },
})
process.exitCode = status ?? 1
