import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Tools } from '../../bin/dlq/tools.ts'
import type { ShopApi } from '../../bin/feed/index.ts'
import type { Bus } from '../../messaging/index.ts'

/** A deployed shop, wherever it runs. Flows use nothing else, and never ask which it is. */
export interface Deployment {
  /** One of the names in test/backends/gaps.ts. */
  readonly backend: string
  readonly api: ShopApi
  readonly bus: Bus
  readonly dynamodb: DynamoDBClient
  readonly sqs: SQSClient
  /** Of `penstock dlq`. */
  readonly tools: Tools
  /** Ends what the flow needs no more, unique to this run: systems outlive runs. */
  readonly run: string
  /** Milliseconds since the epoch on the system's clock. */
  now(): number
  /**
   * Repeats `check` until it no longer throws; where time jumps, once everything has come to rest.
   * @throws what `check` threw last
   */
  eventually<T>(check: () => Promise<T>): Promise<T>
  close(): Promise<void>
}
