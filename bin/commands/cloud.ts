import { Command, Option } from 'commander'
import type { ClockMode } from '../../local/kernel/clock.ts'
import { Terminal } from '../terminal.ts'
import { DEFAULT_PORT, readPort, regionOption, startOnPort, untilStopped } from './port.ts'

interface Options {
  readonly port: number
  readonly clock: ClockMode
  readonly region: string
  readonly seed?: string
  readonly persist?: string
}

export const cloudCommand = new Command('cloud')
  .description('run an empty local cloud; any SDK client can use it')
  .option('--port <n>', 'port on the loopback (0 takes a free one)', readPort, DEFAULT_PORT)
  .addOption(
    new Option('--clock <mode>', 'real: the wall clock; auto: jumps whenever nothing is left to do')
      .choices(['real', 'auto'])
      .default('real'),
  )
  .addOption(regionOption())
  .option('--seed <text>', 'replays the order of deliveries and the ids of a run')
  .option('--persist <folder>', 'keep tables in this folder over restarts')
  .addHelpText('after', '\nPrints one line that starts with "ready" and names the endpoint, then serves until Ctrl-C.')
  .action(async ({ port, clock, region, seed, persist }: Options) => {
    const terminal = new Terminal()
    const cloud = await startOnPort({
      port,
      clock,
      region,
      ...(seed === undefined ? {} : { seed }),
      ...(persist === undefined ? {} : { persist }),
    })
    // Listens for Ctrl-C before it says that it is ready: a script may end it at that very moment.
    const stopped = untilStopped()
    terminal.line(`ready ${cloud.endpoint}`)
    await stopped
    await cloud.stop()
  })
