// `npm run test:e2e -- --endpoint URL`: the flows against a system that is deployed there (without --endpoint: AWS).
// What else is given is vitest's: `-t "an order"`.
import { spawnSync } from 'node:child_process'

const given = process.argv.slice(2)
const at = given.indexOf('--endpoint')
const endpoint = at < 0 ? undefined : given[at + 1]
const rest = at < 0 ? given : given.toSpliced(at, 2)
if (at >= 0 && endpoint === undefined) {
  process.stderr.write('--endpoint needs a URL, such as http://localhost:4566\n')
  process.exit(2)
}
// Each flow is told when it has ended: all together take a minute or two.
const flows = ['node_modules/vitest/vitest.mjs', 'run', 'test/flows', '--reporter=verbose', ...rest]
const { status } = spawnSync(process.execPath, flows, {
  stdio: 'inherit',
  env: { ...process.env, PENSTOCK_FLOWS: 'remote', ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }) },
})
process.exitCode = status ?? 1
