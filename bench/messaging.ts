import { pace, perSecond, type RawClient, rawClient } from './load.ts'
import { type BenchServer, startServer } from './server.ts'

const CONCURRENCY = 16
const BATCHES = 1_500
const PUBLISHES = 4_000
const KEPT = 100_000

const attributesOf = (client: RawClient, QueueUrl: unknown) =>
  client.json('AmazonSQS.GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] })

async function queue(client: RawClient, name: string): Promise<string> {
  const { QueueUrl } = await client.json('AmazonSQS.CreateQueue', { QueueName: name })
  return String(QueueUrl)
}

const batch = (QueueUrl: string) => ({
  QueueUrl,
  Entries: Array.from({ length: 10 }, (_, index) => ({
    Id: String(index),
    MessageBody: `message ${index}`.padEnd(256),
  })),
})

/** Messages per second from send to delete, ten in a call. */
async function throughQueue(client: RawClient): Promise<number> {
  const QueueUrl = await queue(client, 'through')
  const send = () => client.json('AmazonSQS.SendMessageBatch', batch(QueueUrl))
  const take = async () => {
    const { Messages = [] } = (await client.json('AmazonSQS.ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
    })) as {
      Messages?: { ReceiptHandle: string }[]
    }
    if (Messages.length === 0) return
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    await client.json('AmazonSQS.DeleteMessageBatch', { QueueUrl, Entries })
  }
  const rounds = await pace(BATCHES, CONCURRENCY, async () => {
    await send()
    await take()
  })
  return rounds * 10
}

/** Deliveries per second from one topic to four queues. */
async function fanOut(sqs: RawClient, sns: RawClient, server: BenchServer): Promise<{ rate: number; cpu: number }> {
  const created = await sns.query({ Action: 'CreateTopic', Name: 'fan', Version: '2010-03-31' })
  const TopicArn = /<TopicArn>([^<]+)/.exec(created)?.[1] ?? ''
  const urls: string[] = []
  for (let index = 0; index < 4; index++) {
    const url = await queue(sqs, `fan-${index}`)
    urls.push(url)
    const { Attributes } = (await attributesOf(sqs, url)) as { Attributes: { QueueArn: string } }
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: Attributes.QueueArn,
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await sqs.json('AmazonSQS.SetQueueAttributes', { QueueUrl: url, Attributes: { Policy } })
    await sns.query({
      Action: 'Subscribe',
      Version: '2010-03-31',
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes.QueueArn,
    })
  }
  const publish = async (total: number) => {
    await pace(PUBLISHES, CONCURRENCY, (index) =>
      sns.query({ Action: 'Publish', Version: '2010-03-31', TopicArn, Message: `message ${index}`.padEnd(256) }),
    )
    while ((await Promise.all(urls.map((url) => depth(sqs, url)))).some((count) => count < total));
  }
  // Once for warmth, as the queue's.
  await publish(PUBLISHES)
  const [started, used] = [performance.now(), await server.cpu()]
  await publish(PUBLISHES * 2)
  const rate = (PUBLISHES * 4) / ((performance.now() - started) / 1000)
  return { rate, cpu: ((await server.cpu()) - used) / PUBLISHES }
}

async function depth(client: RawClient, QueueUrl: string): Promise<number> {
  const answer = await client.json('AmazonSQS.GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages'],
  })
  return Number((answer.Attributes as Record<string, string>).ApproximateNumberOfMessages)
}

interface Measured {
  /** Messages per second. */
  readonly through: number
  /** Deliveries per second. */
  readonly fan: number
  /** Megabytes. */
  readonly memory: number
  /** Microseconds of the server. */
  readonly cpu: { readonly round: number; readonly publish: number }
}

async function measure(name: 'penstock' | 'fauxqs'): Promise<Measured> {
  const server: BenchServer = await startServer(name)
  const sqs = rawClient({ port: server.port, scope: 'sqs' }, CONCURRENCY)
  const sns = rawClient({ port: server.port, scope: 'sns' }, CONCURRENCY)
  await throughQueue(sqs)
  const started = await server.cpu()
  const through = await throughQueue(sqs)
  const round = ((await server.cpu()) - started) / BATCHES
  const { rate: fan, cpu: publish } = await fanOut(sqs, sns, server)
  const kept = await queue(sqs, 'kept')
  await pace(KEPT / 10, CONCURRENCY, () => sqs.json('AmazonSQS.SendMessageBatch', batch(kept)))
  const memory = await server.memory()
  sqs.close()
  sns.close()
  server.stop()
  return { through, fan, memory, cpu: { round, publish } }
}

/** The middle one of three rounds, in turn with the peer's: a machine has slow minutes. */
const rounds = { penstock: [] as Measured[], fauxqs: [] as Measured[] }
for (let round = 0; round < 3; round++)
  for (const name of ['penstock', 'fauxqs'] as const) rounds[name].push(await measure(name))
const median = (name: keyof typeof rounds, figure: (one: Measured) => number): number =>
  rounds[name].map(figure).sort((a, b) => a - b)[1] as number
const middle = (name: keyof typeof rounds): Measured => ({
  through: median(name, ({ through }) => through),
  fan: median(name, ({ fan }) => fan),
  memory: median(name, ({ memory }) => memory),
  cpu: { round: median(name, ({ cpu }) => cpu.round), publish: median(name, ({ cpu }) => cpu.publish) },
})

const ours = middle('penstock')
const peer = middle('fauxqs')
const line = (what: string, mine: string, theirs: string, ratio: number) =>
  process.stdout.write(`${what.padEnd(46)}${mine.padStart(12)}${theirs.padStart(12)}   ${ratio.toFixed(2)}\n`)
process.stdout.write(`${''.padEnd(46)}${'penstock'.padStart(12)}${'fauxqs'.padStart(12)}   ratio\n`)
line(
  'send, receive, delete, 10 a call (messages)',
  perSecond(ours.through),
  perSecond(peer.through),
  ours.through / peer.through,
)
line('publish to 4 queues (deliveries)', perSecond(ours.fan), perSecond(peer.fan), ours.fan / peer.fan)
const microseconds = (what: string, mine: number, theirs: number) =>
  line(what, `${mine.toFixed(0)} µs`, `${theirs.toFixed(0)} µs`, mine / theirs)
microseconds('server CPU of a round of 10 messages', ours.cpu.round, peer.cpu.round)
microseconds('server CPU of a publish to 4 queues', ours.cpu.publish, peer.cpu.publish)
line(
  `memory with ${KEPT.toLocaleString('en-GB')} queued messages of 256 B`,
  `${ours.memory.toFixed(0)} MB`,
  `${peer.memory.toFixed(0)} MB`,
  ours.memory / peer.memory,
)
process.stdout.write(`concurrency ${CONCURRENCY}, raw HTTP; penstock with IAM on\n`)
