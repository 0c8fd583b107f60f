import { connect } from 'node:net'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { endpointUrl } from '../endpoint-url.ts'
import { CommandFailure } from '../failure.ts'
import { sdkFailure } from '../sdk-failure.ts'

/** Where a deployment goes. */
export interface Target {
  /** `undefined` is AWS. */
  readonly endpoint: string | undefined
  readonly account: string
  readonly region: string
  /** What the CDK command line and every client need to get there. */
  readonly environment: Readonly<Record<string, string>>
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the target from the environment as every SDK does, and asks who is calling.
 * @throws CommandFailure where nobody listens, credentials or a region are missing, or they are refused
 */
export async function targetOf(environment: Environment = process.env): Promise<Target> {
  const endpoint = endpointOf(environment.AWS_ENDPOINT_URL)
  if (endpoint !== undefined) await reach(endpoint)
  const settings = endpoint === undefined ? {} : emulatorSettings(endpoint, environment)
  Object.assign(process.env, settings)
  const client = new STSClient({ maxAttempts: 2 })
  try {
    const region = await client.config.region()
    const { Account } = await client.send(new GetCallerIdentityCommand())
    return {
      endpoint,
      account: Account as string,
      region,
      environment: { ...settings, AWS_REGION: region },
    }
  } catch (error) {
    throw mendable(error as Error, endpoint)
  } finally {
    client.destroy()
  }
}

/** Bucket names become host names unless the endpoint is an address: so no name has to resolve. */
function endpointOf(given: string | undefined): string | undefined {
  if (!given) return undefined
  const url = endpointUrl(given)
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1'
  return url.href.replace(/\/$/, '')
}

/** An emulator takes any keys: those of the environment, or the customary ones. */
function emulatorSettings(endpoint: string, environment: Environment): Record<string, string> {
  const keys =
    environment.AWS_PROFILE || environment.AWS_ACCESS_KEY_ID
      ? {}
      : { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1',
    ...keys,
  }
}

const PATIENCE_MS = 3_000

/** @throws CommandFailure where nobody listens */
function reach(endpoint: string): Promise<void> {
  const { hostname, port, protocol } = new URL(endpoint)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) })
    const fail = (why: string) => {
      socket.destroy()
      reject(
        new CommandFailure(
          `Nobody listens at ${endpoint} (AWS_ENDPOINT_URL): ${why}. Start what should (npm start, docker compose up localstack), or unset AWS_ENDPOINT_URL to deploy to AWS.`,
        ),
      )
    }
    socket.setTimeout(PATIENCE_MS, () => fail(`no answer in ${PATIENCE_MS / 1000} s`))
    socket.on('error', ({ message }) => fail(message))
    socket.on('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}

function mendable(error: Error, endpoint: string | undefined): Error {
  const where = endpoint ?? 'AWS'
  return (
    sdkFailure(error, endpoint) ??
    new CommandFailure(
      `${where} does not say who is calling (${error.name}: ${error.message}). Is it there, and does it offer STS?`,
    )
  )
}
