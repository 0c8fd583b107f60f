import { Command, Option } from 'commander'
import type { ClockMode } from '../../local/kernel/clock.ts'
import { CommandFailure } from '../failure.ts'
import { Terminal } from '../terminal.ts'
import { DEFAULT_PORT, readPort, untilStopped } from './port.ts'

interface Options {
  readonly port: number
  readonly orders?: string
  readonly exit: boolean
  readonly clock: ClockMode
  readonly seed?: string
  readonly assembly?: string
}

export const startCommand = new Command('start')
  .description('run the shop on a local cloud: its own templates, functions and roles')
  .option('--orders <file>', 'feed this file (UCI "Online Retail" format) through the API, one order per invoice')
  .option(
    '--exit',
    'end after the reconciliation; the exit code is 1 if anything was lost, doubled or left over',
    false,
  )
  .option('--port <n>', 'port on the loopback (0 takes a free one)', readPort, DEFAULT_PORT)
  .addOption(
    new Option('--clock <mode>', 'real: the wall clock; auto: jumps whenever nothing is left to do')
      .choices(['real', 'auto'])
      .default('real'),
  )
  .option('--seed <text>', 'replays the order of deliveries and the ids of a run')
  .option('--assembly <folder>', 'run this cloud assembly instead of synthesizing the app')
  .addHelpText(
    'after',
    '\nWithout --orders a few dozen generated orders are fed. Serves until Ctrl-C unless --exit is given.',
  )
  .action(async (options: Options) => {
    const terminal = new Terminal()
    const [{ runShop }, { printBanner }, { readInvoices, runOrders }] = await Promise.all([
      import('../start/deploy-shop.ts'),
      import('../start/banner.ts'),
      import('../start/run-orders.ts'),
    ])
    const invoices = await readInvoices(options.orders)
    const running = await runShop(terminal, options)
    const stopped = untilStopped()
    try {
      printBanner(terminal, running)
      const result = await Promise.race([runOrders(terminal, running, invoices), stopped])
      if (result === undefined) {
        if (options.exit) throw new CommandFailure('Interrupted before the reconciliation.')
        return
      }
      if (options.exit) {
        if (!result.ok)
          throw new CommandFailure('The reconciliation shows something lost, doubled, wrong or left over.')
        return
      }
      terminal.line('\nserving until Ctrl-C')
      await stopped
    } finally {
      await running.cloud.stop()
    }
  })
