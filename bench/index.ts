import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Each bench is a program of its own, so that none warms another's process. */
const benches: Readonly<Record<string, string>> = {
  synth: 'synthesis of the app, beside the same functions as NodejsFunction constructs',
  start: 'from `npm start`, already synthesized, to ready',
  orders: 'orders per second end to end, and the peak memory of the process',
  messaging: 'queues and topics, messages per second and memory, beside fauxqs',
  dynamodb: 'puts, gets and transactions per second, and a large table, beside dynalite',
  lambda: 'cold and warm starts, and messages per second from a queue through a function',
  schemes: 'the kit and Powertools idempotency under duplicates, crashes and poison; messages per second by scheme',
  sagas:
    'executions per second of a machine of five states, beside aws-local-stepfunctions, and transitions of an order',
  handler: 'overhead of a handler, its bundle and its import time, beside its SDK clients and middy + Powertools',
  'message-cost': 'DynamoDB requests and write units per handled message, beside Powertools idempotency',
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0 || wanted.includes('--help')) {
  const list = Object.entries(benches).map(([name, what]) => `  ${name.padEnd(14)} ${what}`)
  process.stdout.write(`npm run bench [-- NAME ...]\n\n${list.join('\n')}\n`)
  process.exit(wanted.includes('--help') ? 0 : 2)
}

for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  process.stdout.write(`\n# ${name}: ${benches[name]}\n`)
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const code = await new Promise<number | null>((resolve) => {
    spawn(process.execPath, [file], { stdio: 'inherit' }).on('exit', resolve)
  })
  if (code !== 0) process.exitCode = 1
}
