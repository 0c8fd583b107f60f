/** Why a message could not be handed over. */
export interface Obstacle {
  readonly code: string
  readonly message: string
  /** It goes away by itself: a throttle, a server's fault, a lost connection. */
  readonly passing: boolean
}

const PASSING =
  /throttl|toomanyrequests|limitexceeded|overlimit|internal|unavailable|timeout|econn|epipe|enotfound|slowdown|kmsthrottling|networking/i

/** Of one entry of a batch call. @param senderFault as the service says; absent where it does not */
export const entryObstacle = (code = 'Unknown', message = '', senderFault?: boolean): Obstacle => ({
  code,
  message,
  passing: senderFault === false || PASSING.test(code),
})

/** Of a call that failed as a whole. */
export function callObstacle(error: unknown): Obstacle {
  if (!(error instanceof Error)) return { code: 'Unknown', message: String(error), passing: true }
  const { $metadata, code } = error as Error & { $metadata?: { httpStatusCode?: number }; code?: unknown }
  const status = $metadata?.httpStatusCode
  // Without an answer there was no verdict: the connection, not the message, is at fault.
  const passing = status === undefined || status >= 500 || status === 429 || PASSING.test(error.name)
  return { code: typeof code === 'string' ? code : error.name, message: error.message, passing }
}
