import type { LambdaClient } from '@aws-sdk/client-lambda'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { RequestOptions } from '../bus.ts'
import { serviceOf } from '../contract.ts'
import { milliseconds } from '../duration.ts'
import type { Envelope } from '../envelope.ts'
import type { QueryDestination } from '../environment.ts'
import type { QueryContract } from '../query.ts'
import { Refused } from '../refused.ts'
import { RequestTimeout } from '../request-timeout.ts'
import { dynamoClient } from './clients.ts'
import { type Mailbox, openMailbox } from './mailbox.ts'
import type { Ports } from './ports.ts'
import type { Reply } from './reply.ts'
import { openTable } from './table.ts'
import { validate } from './validation.ts'

interface Requesting {
  readonly sqs: SQSClient
  readonly destinationOf: (query: string) => Promise<QueryDestination>
  readonly ports: Ports
}

/** Asks responders for a client. Every requester has an id that nobody else knows, and every request one of its own. */
export function requesting({ sqs, destinationOf, ports }: Requesting) {
  const requester = ports.uuid()
  const mailboxes = new Map<string, Mailbox>()
  const mailboxIn = (table: string): Mailbox => {
    const mailbox = mailboxes.get(table) ?? openMailbox(openTable(dynamoClient(), table, ports), requester, ports)
    mailboxes.set(table, mailbox)
    return mailbox
  }
  let lambda: Promise<LambdaClient> | undefined

  const byQueue = async ({ queue, table }: QueryDestination, request: Envelope, until: number) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(request) }))
    return mailboxIn(table).reply(request.id, until)
  }
  const byLambda = async (destination: QueryDestination, request: Envelope, until: number) => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda')
    lambda ??= Promise.resolve(new LambdaClient({}))
    const command = new InvokeCommand({
      FunctionName: destination.function,
      Payload: Buffer.from(JSON.stringify(request)),
    })
    const abortSignal = AbortSignal.timeout(Math.max(0, until - ports.now()))
    const answer = await (await lambda).send(command, { abortSignal }).catch((error: unknown) => {
      if (abortSignal.aborted) return undefined
      throw error
    })
    if (!answer) return undefined
    const text = Buffer.from(answer.Payload ?? []).toString('utf8')
    if (answer.FunctionError) throw new Error(`${request.type}: the responder failed: ${text.slice(0, 500)}`)
    return JSON.parse(text) as Reply
  }

  return async <R>(
    query: QueryContract<string, unknown, unknown, unknown, R>,
    wire: unknown,
    { timeout = '5s', by = 'queue' }: RequestOptions = {},
  ): Promise<R> => {
    const wait = milliseconds(timeout)
    const until = ports.now() + wait
    await validate(query.request, wire, query.name)
    const destination = await destinationOf(query.name)
    const request = requestOf(query.name, wire, requester, until, ports)
    const reply = await (by === 'queue' ? byQueue : byLambda)(destination, request, until)
    if (!reply) throw new RequestTimeout(query.name, wait)
    if (reply.kind === 'refused') throw new Refused(reply.status, ...reply.reasons)
    return validate(query.reply, reply.data, `reply to ${query.name}`)
  }
}

function requestOf(name: string, data: unknown, requester: string, until: number, ports: Ports): Envelope {
  const id = ports.uuid()
  return {
    specversion: '1.0',
    id,
    source: serviceOf(name),
    type: name,
    time: new Date(ports.now()).toISOString(),
    datacontenttype: 'application/json',
    dataversion: 1,
    partitionkey: id,
    correlationid: id,
    deadline: new Date(until).toISOString(),
    replyto: requester,
    hops: 0,
    data,
  }
}
