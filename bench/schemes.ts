import { pace } from './load.ts'
import { drawTraffic, type Outcome, play, type Way } from './schemes/traffic.ts'
import { openWays } from './schemes/ways.ts'

/**
 * Five ways of the kit and Powertools idempotency under the same traffic: 5 % of the messages come twice, 1 % crash their
 * worker at a random call, 1 % are poison. Then, without faults, messages per second through one consumer at batches of ten.
 * Arguments pick ways: `node bench/schemes.ts C B Powertools\ idempotency`.
 */
const MESSAGES = Number(process.env.PENSTOCK_BENCH_MESSAGES ?? 10_000)
const PACED = Math.min(MESSAGES, 2_000)

const row = (cells: readonly (string | number)[]) =>
  process.stdout.write(
    `${cells.map((cell, n) => String(cell)[n === 0 ? 'padEnd' : 'padStart'](n === 0 ? 30 : 11)).join('')}\n`,
  )

// What fails here is meant to.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
const wanted = process.argv.slice(2)
const world = await openWays()
const ways = world.ways.filter(({ name }) => wanted.length === 0 || wanted.includes(name.replace('kit, ', '')))
row(['', 'handled', 'doubled', 'lost', 'told', 'told twice', 'dead', 'requests', 'WCU'])
for (const way of ways) {
  const traffic = drawTraffic(MESSAGES, way.name)
  world.resetMeter()
  const outcome: Outcome = await play(way, traffic)
  const { requests, writeUnits } = world.meter()
  const seen = await way.look()
  const good = traffic.messages.filter(({ poison }) => !poison).map(({ id }) => id)
  const count = (test: (id: string) => boolean) => good.filter(test).length
  row([
    way.name,
    count((id) => seen.effects(id) === 1),
    count((id) => seen.effects(id) > 1),
    count((id) => seen.effects(id) === 0),
    count((id) => seen.published(id).length === 1),
    count((id) => seen.published(id).length > 1),
    outcome.dead,
    (requests / MESSAGES).toFixed(2),
    (writeUnits / MESSAGES).toFixed(2),
  ])
}
process.stdout.write(
  `${MESSAGES} messages; requests to DynamoDB and write units per message; "told": its event left once. Poison is "dead".\n\n`,
)

row(['messages/s, batch 10', 'grouped', 'alone'])
const speed = async (way: Way, name: string) => {
  const { messages } = drawTraffic(PACED, `${way.name}-${name}`, { duplicates: 0, crashes: 0, poison: 0 })
  const batches = Array.from({ length: PACED / 10 }, (_, n) => messages.slice(n * 10, n * 10 + 10))
  const worker = way.process()
  return (
    (await pace(batches.length, 1, (n) => worker.invoke((batches[n] ?? []).map((m) => ({ ...m, receives: 1 }))))) * 10
  )
}
for (const way of ways) {
  const grouped = await speed(way, 'grouped')
  const alone = way.alone ? await speed(way.alone, 'alone') : undefined
  row([way.name, grouped.toFixed(0), alone === undefined ? '-' : alone.toFixed(0)])
}
await world.stop()
