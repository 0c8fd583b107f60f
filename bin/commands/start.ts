import { Command, Option } from 'commander'
import type { ClockMode } from '../../local/kernel/clock.ts'
import { CommandFailure } from '../failure.ts'
import { FAULT_LEVELS, type FaultLevel } from '../start/faults.ts'
import { PROVIDERS, type Provider } from '../start/provider.ts'
import { Terminal } from '../terminal.ts'
import { DEFAULT_PORT, readPort, regionOption, untilStopped } from './port.ts'

interface Options {
  readonly port: number
  readonly region: string
  readonly orders?: string
  readonly exit: boolean
  readonly clock?: ClockMode
  readonly seed?: string
  readonly faults?: FaultLevel
  readonly sequential: boolean
  readonly provider: Provider
  readonly journal?: string
  readonly assembly?: string
  readonly watch: boolean
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
    new Option(
      '--clock <mode>',
      'real: the wall clock; auto: jumps whenever nothing is left to do (default: real; auto with --faults or --sequential)',
    ).choices(['real', 'auto']),
  )
  .addOption(regionOption())
  .option('--seed <text>', 'replays the order of deliveries, the ids and the faults of a run')
  .addOption(
    new Option(
      '--faults <level>',
      'duplicates, crashes, throttles and lost answers while the orders are fed, at one decision in 100 (light) or 20 (heavy)',
    ).choices([...FAULT_LEVELS]),
  )
  .option(
    '--sequential',
    'one function runs at a time, drawn from the seed: the same seed replays the same run exactly (slower)',
    false,
  )
  .addOption(
    new Option(
      '--provider <kind>',
      'sound, or faulty: the payment provider fails 10 % of charges, lets 5 % hang (half of them taken) and answers 5 % twice',
    )
      .choices([...PROVIDERS])
      .default('sound'),
  )
  .option(
    '--journal <file>',
    'write what happened until all was settled: one entry a line, as JSON, each with its cause',
  )
  .option('--watch', 'bring each saved source into the running shop; queues and tables keep their contents', false)
  .option('--assembly <folder>', 'run this cloud assembly instead of synthesizing the app')
  .addHelpText(
    'after',
    '\nWithout --orders a few dozen generated orders are fed. Serves until Ctrl-C unless --exit is given.',
  )
  .action(async (options: Options) => {
    if (options.watch && (options.exit || options.assembly !== undefined))
      throw new CommandFailure(
        '--watch goes neither with --exit nor with --assembly: it serves what the sources say.',
        2,
      )
    const terminal = new Terminal()
    const [{ runShop }, { printBanner }, { readInvoices, runOrders }] = await Promise.all([
      import('../start/deploy-shop.ts'),
      import('../start/banner.ts'),
      import('../start/run-orders.ts'),
    ])
    const invoices = await readInvoices(options.orders)
    const clock = clockOf(options)
    const running = await runShop(terminal, { ...options, clock })
    const stopped = untilStopped()
    try {
      printBanner(terminal, running)
      const interrupted = new AbortController()
      const { signal } = interrupted
      const result = await Promise.race([runOrders(terminal, running, invoices, { ...options, signal }), stopped])
      if (result === undefined) {
        interrupted.abort()
        if (options.exit) throw new CommandFailure('Interrupted before the reconciliation.', 130)
        terminal.line('stopped before all was settled: nothing was reconciled')
        return
      }
      if (options.exit) {
        if (!result.ok)
          throw new CommandFailure('The reconciliation shows something lost, doubled, wrong or left over.')
        return
      }
      terminal.line('\nserving until Ctrl-C')
      const unwatch = options.watch ? (await import('../watch/shop.ts')).watchShop(terminal, running.cloud) : undefined
      await stopped
      await unwatch?.()
    } finally {
      await running.cloud.stop()
    }
  })

/** Crashed messages come back after minutes, and who takes turns cannot keep up with the wall clock. */
function clockOf({ clock, faults, sequential }: Options): ClockMode {
  if (sequential && clock === 'real')
    throw new CommandFailure(
      '--sequential needs --clock auto: the wall clock goes on while functions wait their turn.',
      2,
    )
  return clock ?? (faults || sequential ? 'auto' : 'real')
}
