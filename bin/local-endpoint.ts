import { DEFAULT_PORT } from './commands/port.ts'
import { endpointUrl } from './endpoint-url.ts'
import { sdkFailure } from './sdk-failure.ts'

/**
 * Without an endpoint or keys in the environment a command talks to `npm start`, never to AWS by accident.
 * @throws CommandFailure where the endpoint is no URL
 */
export function useLocalEndpoint(endpoint?: string): void {
  const { env } = process
  if (endpoint !== undefined) env.AWS_ENDPOINT_URL = endpoint
  if (env.AWS_ENDPOINT_URL) endpointUrl(env.AWS_ENDPOINT_URL)
  if (!env.AWS_ENDPOINT_URL && (env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID)) return
  env.AWS_ENDPOINT_URL ||= `http://127.0.0.1:${DEFAULT_PORT}`
  env.AWS_REGION ||= 'us-east-1'
  if (env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID) return
  env.AWS_ACCESS_KEY_ID = 'test'
  env.AWS_SECRET_ACCESS_KEY = 'test'
}

/** What the person at the terminal can do about a failed call, in one line; other errors as they are. */
export function mendable(error: Error): string | undefined {
  const { code } = error as { code?: unknown }
  if (code === 'ECONNREFUSED')
    return `Nobody listens at ${process.env.AWS_ENDPOINT_URL}. Start the shop with npm start, or name an endpoint in AWS_ENDPOINT_URL.`
  const known = sdkFailure(error, process.env.AWS_ENDPOINT_URL)
  if (known) return known.message
  return error.name === 'Error' || error instanceof TypeError ? undefined : error.message
}
