import { median, runCommand } from './command-line.ts'

const RUNS = 5

await runCommand(['start', '--port', '0'], /^ready in/m, true)
const times: number[] = []
const inProcess: number[] = []
for (let run = 0; run < RUNS; run++) {
  const { seenAfter, output } = await runCommand(['start', '--port', '0'], /^ready in .*$/m, true)
  if (seenAfter === undefined) throw new Error(`npm start was never ready:\n${output}`)
  times.push(seenAfter)
  inProcess.push(Number(/^ready in ([\d.]+) s/m.exec(output)?.[1]) * 1000)
}
process.stdout.write(
  `from the command to ready: ${median(times).toFixed(0)} ms (${RUNS} runs, ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})\n` +
    `of which cloud and stacks: ${median(inProcess).toFixed(0)} ms\n`,
)
