import { Validations } from 'aws-cdk-lib'
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { isFifo } from '../../messaging/names.ts'
import { queueUrl } from './arns.ts'
import { keepData, type Mode } from './mode.ts'
import { denyPlainHttp, policyOf, type Statement } from './policy.ts'

const FOURTEEN_DAYS = 1_209_600

const isLast = {
  id: 'AwsSolutions-SQS3',
  reason: 'Holds dead letters itself, of subscriptions, rules and mappings too, which the rule does not look at',
}

const mayLose = {
  id: 'AwsSolutions-SQS3',
  reason: 'Its consumer is declared with best effort: what it cannot handle is lost, by intention',
}

export interface QueueProps {
  /** Ends in `.fifo` for a FIFO queue. */
  readonly name: string
  readonly mode: Mode
  /** Seconds. @default 30 */
  readonly visibilityTimeout?: number
  /** @default none: this is a dead-letter queue, or what it holds may be lost */
  readonly deadLetters?: { readonly arn: string; readonly maxReceiveCount: number }
  /** Seconds that what may be lost is kept. @default as long as SQS can, 14 days: nothing may be lost */
  readonly keepsFor?: number
  /** Of a FIFO queue that a schedule sends to: Scheduler can give no deduplication id. @default false */
  readonly contentBasedDeduplication?: boolean
  /** Makes the statements of the queue's policy that let others send to it. @default the account's own identities only */
  readonly senders?: (arn: string) => readonly Statement[]
}

/**
 * A queue that keeps messages as long as SQS can, encrypted by SQS itself: that needs no key policy, so any service principal that
 * the queue's policy allows can write to it.
 */
export class Queue extends Construct {
  readonly name: string
  readonly arn: string
  readonly url: string
  /** Wait for it before anything is sent to the queue. */
  readonly policy: CfnQueuePolicy

  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id)
    const fifo = isFifo(props.name)
    const queue = new CfnQueue(this, 'Queue', {
      queueName: props.name,
      sqsManagedSseEnabled: true,
      messageRetentionPeriod: props.keepsFor ?? FOURTEEN_DAYS,
      ...(fifo && { fifoQueue: true, deduplicationScope: 'messageGroup', fifoThroughputLimit: 'perMessageGroupId' }),
      ...(fifo && props.contentBasedDeduplication && { contentBasedDeduplication: true }),
      ...(props.visibilityTimeout !== undefined && { visibilityTimeout: props.visibilityTimeout }),
      ...(props.deadLetters && {
        redrivePolicy: {
          deadLetterTargetArn: props.deadLetters.arn,
          maxReceiveCount: props.deadLetters.maxReceiveCount,
        },
      }),
    })
    keepData(props.mode, queue)
    if (!props.deadLetters) Validations.of(queue).acknowledge(props.keepsFor === undefined ? isLast : mayLose)
    this.name = props.name
    this.arn = queue.attrArn
    this.url = queueUrl(props.name)
    this.policy = new CfnQueuePolicy(this, 'Policy', {
      queues: [queue.ref],
      policyDocument: policyOf([...(props.senders?.(this.arn) ?? []), denyPlainHttp('sqs:*', this.arn)]),
    })
  }
}
