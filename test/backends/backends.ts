import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'

/** A system that the flows are run against. */
export interface Running {
  readonly endpoint: string
  stop(): Promise<void>
}

export interface Backend {
  readonly name: string
  /** Why it is not run here, where it is not. */
  missing(): string | undefined
  start(): Promise<Running>
}

const NODE = [process.execPath, 'bin/penstock.ts'] as const
const HERE = '127.0.0.1'

/** The backends that this machine can start by itself, and those that it cannot, with the reason. */
export const backends: readonly Backend[] = [
  {
    name: 'local cloud',
    missing: () => undefined,
    start: async () => {
      const port = await freePort()
      return started([...NODE, 'cloud', '--port', String(port)], port, {})
    },
  },
  {
    name: 'MiniStack',
    missing: () =>
      found('ministack')
        ? undefined
        : 'not installed: pip install ministack, and have it in the PATH (a development tool; nothing needs it)',
    start: async () => {
      const port = await freePort()
      // Its functions run on the first `node` of the PATH: the pinned one, as Lambda's runtime.
      const PATH = `${resolve('node_modules/.bin')}:${process.env.PATH}`
      return started(['ministack'], port, { GATEWAY_PORT: String(port), PATH })
    },
  },
  ...['LocalStack', 'Floci'].map((name) => ({
    name,
    missing: () =>
      `needs Docker: docker compose up ${name.toLowerCase()}, then npm run test:backends -- --endpoint http://localhost:4566`,
    start: () => Promise.reject(new Error(`${name} is started by docker compose`)),
  })),
  {
    name: 'AWS',
    missing: () => 'needs an account: npm run deploy, then npm run test:e2e',
    start: () => Promise.reject(new Error('AWS is not started')),
  },
]

const found = (command: string): boolean => spawnSync(command, ['--help'], { stdio: 'ignore' }).status === 0

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HERE)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const START_MS = 60_000

/** Starts a server and waits until it answers; its output is not shown. */
async function started(command: readonly string[], port: number, env: Record<string, string>): Promise<Running> {
  const [file = '', ...args] = command
  const child = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...env } })
  const ended = once(child, 'exit')
  const endpoint = `http://${HERE}:${port}`
  const until = Date.now() + START_MS
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill()
      throw new Error(`${command.join(' ')} does not answer at ${endpoint}`)
    }
    await new Promise((again) => setTimeout(again, 200))
  }
  return {
    endpoint,
    stop: async () => {
      child.kill()
      await ended
    },
  }
}

const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  )
