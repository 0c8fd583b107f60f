/** What a queue's attributes mean for its messages. Times in milliseconds. */
export interface QueueSettings {
  readonly visibilityTimeout: number
  readonly delay: number
  readonly retention: number
  readonly receiveWait: number
  readonly maximumMessageSize: number
  readonly contentBasedDeduplication: boolean
  /** Whether a deduplication id counts within its message group only. */
  readonly deduplicateByGroup: boolean
  readonly redrive: Redrive | undefined
}

export interface Redrive {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}
