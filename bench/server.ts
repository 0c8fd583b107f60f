import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface BenchServer {
  readonly port: number
  /** Resident memory of the server's process, in MB. */
  memory(): Promise<number>
  /** Processor time that the server's process has used, in microseconds: unlike a rate it does not depend on what else runs. */
  cpu(): Promise<number>
  stop(): void
}

/** Starts one of the servers under test in a process of its own, as a user of it would. */
export function startServer(name: 'penstock' | 'fauxqs' | 'dynalite'): Promise<BenchServer> {
  const child = fork(fileURLToPath(import.meta.url), [name], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    child.once('message', (port) => {
      const ask = (what: string): Promise<number> =>
        new Promise((told) => {
          child.once('message', (value) => told(Number(value)))
          child.send(what)
        })
      resolve({
        port: Number(port),
        memory: async () => (await ask('memory')) / 1e6,
        cpu: () => ask('cpu'),
        stop: () => {
          child.removeAllListeners('exit')
          child.kill()
        },
      })
    })
  })
}

async function serve(name: string): Promise<number> {
  if (name === 'fauxqs') {
    const { startFauxqs } = await import('fauxqs')
    return (await startFauxqs({ port: 0, logger: false })).port
  }
  if (name === 'dynalite') {
    const { default: dynalite } = await import('dynalite')
    const server = dynalite({ createTableMs: 0 })
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
  }
  const { startCloud } = await import('../local/cloud.ts')
  const cloud = await startCloud({ seed: 'bench' })
  return cloud.port
}

if (import.meta.main) {
  const port = await serve(process.argv[2] ?? '')
  const used = () => process.cpuUsage().user + process.cpuUsage().system
  process.on('message', (what) => process.send?.(what === 'cpu' ? used() : process.memoryUsage().rss))
  process.send?.(port)
}
