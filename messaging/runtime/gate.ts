import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { RUNTIME } from '../carried.ts'
import type { QueueDefinition } from '../queue-handler.ts'
import type { Logger } from './logger.ts'
import type { Measures } from './measures.ts'
import type { Ports } from './ports.ts'

/** A message that may not be tried yet. It goes back to its queue, and nothing was an attempt. */
export class Waiting extends Error {
  override readonly name = 'Waiting'
  readonly seconds: number

  /** @param ms until it may be tried */
  constructor(why: string, ms: number, options?: ErrorOptions) {
    super(why, options)
    this.seconds = Math.max(1, Math.ceil(ms / 1000))
  }
}

/** Runs an attempt that was let through. */
export type Pass = <T>(attempt: () => Promise<T>) => Promise<T>

/** Stands between the queue and the handler. */
export interface Gate {
  /** @throws Waiting */
  admit(): Promise<Pass>
}

export interface GateTools {
  readonly dynamo: DynamoDBClient
  readonly table: string
  readonly ports: Ports
  readonly measures: Measures
  readonly sqs: SQSClient
  readonly logger: Logger
  /** URL of the service's breaker keeper's queue, where a breaker has one. */
  readonly breakerQueueUrl?: string
}

const free: Pass = (attempt) => attempt()

/** The breaker first: a token would be lost on a message that must wait anyway. */
export function openGate({ declaration }: QueueDefinition, tools: GateTools): Gate {
  const { id, delivery, timeout } = declaration
  const { breaker, rate } = delivery
  const opened = {
    breaker: breaker?.[RUNTIME]().then(({ openBreaker }) => openBreaker({ ...breaker, id, lease: timeout }, tools)),
    rate: rate?.[RUNTIME]().then(({ openRate }) => openRate({ ...rate, id }, tools)),
  }
  return {
    async admit() {
      const pass = (await (await opened.breaker)?.admit()) ?? free
      await (await opened.rate)?.take()
      return pass
    },
  }
}
