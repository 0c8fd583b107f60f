import { once } from 'node:events'
import { createServer } from 'node:net'
import { InvalidArgumentError, Option } from 'commander'
import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud.ts'
import { CommandFailure } from '../failure.ts'

/** The port LocalStack made customary. */
export const DEFAULT_PORT = 4566

export function readPort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError(`A port is a whole number from 0 to 65535 (0 takes a free one).`)
  return port
}

/** The shell's own region, so that what is started in it and what talks to it there mean the same one. */
export const regionOption = (): Option =>
  new Option('--region <name>', 'the region of names and ARNs')
    .default(process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || 'us-east-1')
    .argParser(readRegion)

function readRegion(text: string): string {
  if (/^[a-z]{2,}(-[a-z]+)+-\d$/.test(text)) return text
  throw new InvalidArgumentError("A region is named like 'eu-west-1'.")
}

/** @throws CommandFailure where the port is taken */
export async function startOnPort(options: CloudOptions & { readonly port: number }): Promise<Cloud> {
  try {
    return await startCloud(options)
  } catch (error) {
    throw mendablePort(error, options.port)
  }
}

/** Asks before what takes long: a cloud on this port would not start. @throws CommandFailure */
export async function refuseTakenPort(port: number): Promise<void> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    throw mendablePort(error, port)
  } finally {
    server.close()
  }
}

function mendablePort(error: unknown, port: number): unknown {
  const { code } = error as { code?: unknown }
  if (code === 'EADDRINUSE')
    return new CommandFailure(
      `Port ${port} of the loopback is in use. Stop what listens there, or choose another with --port N.`,
    )
  if (code === 'EACCES')
    return new CommandFailure(`Port ${port} needs more rights than this user has. Choose one above 1023 with --port N.`)
  return error
}

/** Resolves at the first Ctrl-C or termination signal. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    // A cloud at rest has no timer and no work; the server alone keeps the process alive, this keeps it waiting.
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
