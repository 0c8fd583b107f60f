import { GetQueueAttributesCommand, paginateListQueues } from '@aws-sdk/client-sqs'
import { didYouMean } from '../did-you-mean.ts'
import { CommandFailure } from '../failure.ts'
import { nameOf, type Source, sourcesOf, targetIn } from './sources.ts'
import type { Tools } from './tools.ts'

export interface DeadLetterQueue {
  readonly name: string
  readonly url: string
  readonly arn: string
  /** Letters that can be received now, and those that somebody has received and not yet put back. */
  readonly waiting: number
  readonly inFlight: number
  readonly sources: readonly Source[]
}

/** Every queue of the app that something gives up to. */
export async function deadLetterQueues(tools: Tools, app: string): Promise<readonly DeadLetterQueue[]> {
  const prefix = `${app}-`
  const [queues, others] = await Promise.all([listQueues(tools, prefix), sourcesOf(tools, prefix)])
  const redriving = queues.flatMap(({ arn, deadLetterArn }): Source[] =>
    deadLetterArn ? [{ kind: 'queue', name: nameOf(arn), deadLetterArn, destination: arn }] : [],
  )
  const sources = Map.groupBy([...redriving, ...others], ({ deadLetterArn }) => deadLetterArn)
  return queues
    .filter(({ arn }) => sources.has(arn))
    .map(({ url, arn, waiting, inFlight }) => ({
      name: nameOf(arn),
      url,
      arn,
      waiting,
      inFlight,
      sources: sources.get(arn) ?? [],
    }))
}

/** @throws CommandFailure that names those there are */
export async function deadLetterQueue(tools: Tools, app: string, name: string): Promise<DeadLetterQueue> {
  const all = await deadLetterQueues(tools, app)
  // A consumer's id, or its queue's name, stands for its dead-letter queue.
  const wanted = bare(name).replaceAll('.', '-')
  const found = all.find((queue) => [wanted, `${app}-${wanted}-dlq`, `${wanted}-dlq`].includes(bare(queue.name)))
  if (found) return found
  const names = all.map((queue) => queue.name)
  throw new CommandFailure(
    `There is no dead-letter queue ${name}.${didYouMean(wanted, names)} Dead-letter queues of ${app}: ${names.join(', ') || 'none'}.`,
    2,
  )
}

const bare = (name: string): string => name.replace(/\.fifo$/, '')

async function listQueues({ sqs }: Tools, QueueNamePrefix: string) {
  const urls: string[] = []
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs }, { QueueNamePrefix, MaxResults: 1000 }))
    urls.push(...QueueUrls)
  return Promise.all(
    urls.map(async (url) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      )
      return {
        url,
        arn: Attributes.QueueArn ?? '',
        waiting: Number(Attributes.ApproximateNumberOfMessages),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
        deadLetterArn: targetIn(Attributes.RedrivePolicy),
      }
    }),
  )
}
