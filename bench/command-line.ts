import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/penstock.ts', import.meta.url))

export interface CommandRun {
  /** Milliseconds from the spawn until the pattern was on standard output; undefined where it never was. */
  readonly seenAfter: number | undefined
  readonly output: string
  readonly exitCode: number | null
}

/** Runs the command line as a user does, and times when a line appears. */
export function runCommand(args: readonly string[], pattern: RegExp, stopWhenSeen = false): Promise<CommandRun> {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    let seenAfter: number | undefined
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (seenAfter !== undefined || !pattern.test(output)) return
      seenAfter = performance.now() - started
      if (stopWhenSeen) child.kill('SIGINT')
    })
    child.on('exit', (exitCode) => resolve({ seenAfter, output, exitCode }))
  })
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
