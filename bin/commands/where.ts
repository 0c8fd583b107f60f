import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { didYouMean } from '../did-you-mean.ts'
import { CommandFailure } from '../failure.ts'
import { Terminal } from '../terminal.ts'
import type { Functions } from '../where/functions.ts'

interface Options {
  readonly assembly?: string
}

export const whereCommand = new Command('where')
  .description("name the sources' lines in a stack trace of a deployed function, read from standard input")
  .argument(
    '[function]',
    'its name, or the id of its consumer; a log line of the kit and a trace of a local cloud tell it by themselves',
  )
  .option('--assembly <folder>', 'the cloud assembly that was deployed, instead of synthesizing the app')
  .addHelpText(
    'after',
    '\nFunctions are deployed minified and without source maps; the map is made anew, of the sources as they are here.\n' +
      'They must be those that were deployed: check out their commit, or see that `npm run diff` is empty.',
  )
  .action(async (wanted: string | undefined, { assembly }: Options) => {
    if (process.stdin.isTTY) process.stderr.write('paste the trace, then Ctrl-D\n')
    const text = readFileSync(0, 'utf8')
    const [{ synthesized }, { functionsOf }, { bundleWithMap }, { assetIn, functionIn, named }] = await Promise.all([
      import('../synthesized.ts'),
      import('../where/functions.ts'),
      import('../../lib/constructs/bundle/source-map.ts'),
      import('../where/trace.ts'),
    ])
    // What it tells beside the trace must not get into a pipe.
    const functions = functionsOf(assembly ?? (await synthesized(new Terminal(process.stderr))), process.cwd())
    const asset = assetIn(text)
    const name = await chosen(functions, wanted ?? (asset === undefined ? functionIn(text) : undefined), asset)
    const { hash, placeOf } = bundleWithMap(process.cwd(), functions.entries, name)
    const deployed = asset ?? functions.hashes.get(name)
    if (deployed !== hash)
      throw new CommandFailure(
        `${name} as its sources are now (${hash.slice(0, 12)}) is not what the trace or the assembly is of (${deployed?.slice(0, 12)}): their lines would be wrong. Check out the commit that was deployed.`,
      )
    new Terminal().line(named(text, placeOf).trimEnd())
  })

async function chosen(functions: Functions, wanted: string | undefined, asset: string | undefined): Promise<string> {
  const { functionNamed } = await import('../where/functions.ts')
  const names = [...functions.entries.keys()]
  const found =
    wanted === undefined ? names.find((name) => functions.hashes.get(name) === asset) : functionNamed(functions, wanted)
  if (found !== undefined) return found
  if (wanted === undefined)
    throw new CommandFailure(
      asset === undefined
        ? 'Whose trace is it? Name the function: penstock where orders.place-order < trace.txt'
        : `No function of the app as it is now has the code ${asset.slice(0, 12)}: the sources have changed since. Check out the commit that ran.`,
      2,
    )
  throw new CommandFailure(
    `There is no function ${wanted}.${didYouMean(wanted.replaceAll('.', '-'), names.map(withoutApp))} Functions: ${names.join(', ')}.`,
    2,
  )
}

const withoutApp = (name: string): string => name.replace(/^[^-]+-/, '')
