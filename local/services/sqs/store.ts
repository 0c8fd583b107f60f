import { AwsError } from '../../errors.ts'
import type { AccessCheck, Call, CloudContext } from '../../service.ts'
import type { Encryption } from './encryption.ts'
import { expiredHandle, invalidHandle, missingParameter, queueDoesNotExist } from './errors.ts'
import type { Message } from './model/message.ts'
import type { MoveTasks } from './model/move-tasks.ts'
import type { QueueRecord, Queues } from './model/queues.ts'
import { decodeReceipt } from './model/receipt.ts'

/** What the actions share. */
export interface SqsParts {
  readonly context: CloudContext
  readonly queues: Queues
  readonly moveTasks: MoveTasks
  readonly encryption: Encryption
}

/** Account and name are the last two segments of a queue's URL, whatever its host; a bare name will do (recorded). */
export function queueNameOf(url: string | undefined, context: CloudContext): string {
  if (!url) throw missingParameter('QueueUrl')
  const slash = url.lastIndexOf('/')
  if (slash < 0) return url
  if (isOf(context.account, url, slash)) return url.slice(slash + 1)
  const match = /(?:^|\/)(\d{12})\/([^/?]+)\/?$/.exec(url)
  if (!match) throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`)
  return match[1] === context.account ? (match[2] as string) : ''
}

/** Whether it is the URL that nearly all requests have: ends with the account, the slash there and a name. */
const isOf = (account: string, url: string, slash: number): boolean =>
  url.startsWith(account, slash - account.length) &&
  (slash === account.length || url[slash - account.length - 1] === '/') &&
  slash < url.length - 1 &&
  !url.includes('?')

/** @throws QueueDoesNotExist, InvalidAddress, MissingParameter */
export function requireQueue({ queues, context }: SqsParts, url: string | undefined, call: Call): QueueRecord {
  const record = queues.get(queueNameOf(url, context))
  if (!record) throw queueDoesNotExist(call.protocol)
  return record
}

/** Asks for one permission on the queue of the input's URL. */
export const onQueue =
  (parts: SqsParts, action: string) =>
  (input: { QueueUrl?: string | undefined }): readonly AccessCheck[] => [
    { action: `sqs:${action}`, resource: arnOf(parts, queueNameOf(input.QueueUrl, parts.context)) },
  ]

const arnOf = ({ queues }: SqsParts, name: string): string => queues.get(name)?.arn ?? queues.arnOf(name)

/** A message and the handle that a receive gave for it. */
export interface Handled {
  readonly message: Message
  /** Whether no later receive gave another handle. */
  readonly newest: boolean
}

/**
 * The message that a handle stands for, while the queue has it.
 * @throws ReceiptHandleIsInvalid where the text was never a handle of this queue
 * @throws InvalidParameterValue where the handle of a FIFO queue's message has expired
 */
export function messageOf({ queue }: QueueRecord, handle: string | undefined): Handled | undefined {
  if (!handle) throw missingParameter('ReceiptHandle')
  const receipt = decodeReceipt(handle)
  if (!receipt || receipt.queueId !== queue.id) throw invalidHandle(handle)
  const message = queue.find(receipt.place)
  if (!message) return undefined
  const newest = message.receivesHere === receipt.receive
  if (queue.fifo && !(newest && message.standing === 'in-flight')) throw expiredHandle(handle)
  return { message, newest }
}
