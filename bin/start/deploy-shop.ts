import { AssemblyError } from '../../local/assembly/index.ts'
import type { ClockMode } from '../../local/kernel/clock.ts'
import { refuseTakenPort, startOnPort } from '../commands/port.ts'
import { CommandFailure } from '../failure.ts'
import { synthesized } from '../synthesized.ts'
import type { Terminal } from '../terminal.ts'
import type { Running } from './banner.ts'

export interface ShopOptions {
  readonly port: number
  readonly clock: ClockMode
  readonly region?: string
  readonly seed?: string
  /** One function at a time: the same seed replays the run. @default false */
  readonly sequential?: boolean
  /** A cdk.out folder to run as it is, instead of synthesizing the app. */
  readonly assembly?: string
}

/** Where the clock of a sequential run starts: the same run has the same times. */
const SEQUENTIAL_START = Date.UTC(2026, 0, 1)

/** Synthesizes where anything has changed, starts a local cloud and creates every stack in it. */
export async function runShop(terminal: Terminal, options: ShopOptions): Promise<Running> {
  const { assembly, port, clock, region, seed, sequential = false } = options
  await refuseTakenPort(port)
  const folder = assembly ?? (await synthesized(terminal))
  const started = performance.now()
  const cloud = await startOnPort({
    port,
    clock,
    sequential,
    ...(region !== undefined && { region }),
    ...(sequential && { start: SEQUENTIAL_START }),
    ...(seed !== undefined && { seed }),
  })
  try {
    const stacks = await cloud.deploy(folder)
    const apiUrl = stacks.map(({ outputs }) => outputs.ApiUrl).find((url) => url !== undefined)
    if (apiUrl === undefined)
      throw new CommandFailure(`No stack of ${folder} has an output ApiUrl: the shop's API is not in it.`)
    return { cloud, stacks, apiUrl: apiUrl.replace(/\/$/, ''), readyIn: performance.now() - started }
  } catch (error) {
    await cloud.stop()
    throw error instanceof AssemblyError ? new CommandFailure(error.message) : error
  }
}
