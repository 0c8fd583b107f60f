// `npm run test:backends`: deploys the shop to every backend that can be started here, runs the flows, prints one table.
import { parseArgs } from 'node:util'
import { targetOf } from '../../bin/deploy/target.ts'
import { backends } from './backends.ts'
import { backendAt } from './detect.ts'
import { gaps } from './gaps.ts'
import { type Column, runOn } from './run.ts'
import { tableOf } from './table.ts'

const values = given()
if (values.only !== undefined && !backends.some(({ name }) => name === values.only))
  refuse(`There is no backend ${values.only}. Backends: ${backends.map(({ name }) => name).join(', ')}.`)
const columns = new Map<string, Column>()
const notRun: string[] = []

if (values.endpoint !== undefined) {
  const target = await targetOf({ ...process.env, AWS_ENDPOINT_URL: values.endpoint })
  const name = await backendAt(target)
  columns.set(name, await runOn(name, target.endpoint as string))
} else
  for (const backend of backends.filter(({ name }) => (values.only ?? name) === name)) {
    const why = backend.missing()
    if (why !== undefined) {
      notRun.push(`${backend.name}: ${why}`)
      continue
    }
    process.stderr.write(`${backend.name} ...\n`)
    const running = await backend.start()
    try {
      columns.set(backend.name, await runOn(backend.name, running.endpoint))
    } finally {
      await running.stop()
    }
  }

process.stdout.write(`${tableOf(columns)}\n`)
for (const line of notRun) process.stdout.write(`not run: ${line}\n`)
for (const { backend, what } of gaps.filter((gap) => columns.has(gap.backend)))
  process.stdout.write(`gap: ${backend}: ${what}\n`)
const failed = [...columns.values()].some((column) => [...column.values()].some(({ outcome }) => outcome === 'failed'))
// Clients of the flows keep connections open.
process.exit(failed ? 1 : 0)

function given() {
  try {
    return parseArgs({ options: { endpoint: { type: 'string' }, only: { type: 'string' } } }).values
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function refuse(why: string): never {
  process.stderr.write(`${why}\nnpm run test:backends -- [--endpoint URL | --only BACKEND]\n`)
  process.exit(2)
}
