// `npm run test:e2e -- --endpoint URL`: the flows against a system that is deployed there (without --endpoint: AWS).
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({ options: { endpoint: { type: 'string' } }, allowPositionals: true })
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/flows', ...positionals],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      PENSTOCK_FLOWS: 'remote',
      ...(values.endpoint !== undefined && { AWS_ENDPOINT_URL: values.endpoint }),
    },
  },
)
process.exitCode = status ?? 1
