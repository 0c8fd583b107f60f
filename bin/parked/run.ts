import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { RELAY } from '../../messaging/table-layout.ts'
import type { OperatorOptions } from '../commands/operator.ts'
import { didYouMean } from '../did-you-mean.ts'
import { CommandFailure } from '../failure.ts'
import { mendable, useLocalEndpoint } from '../local-endpoint.ts'
import { printTable } from '../table.ts'
import { Terminal } from '../terminal.ts'
import { type Group, groupsOf, messagesIn, type Owner, ownersOf, type Tools } from './find.ts'
import { operate, resumeGroup } from './operate.ts'

export const list = (options: OperatorOptions) =>
  at(options, async (tools, terminal) => {
    const groups = await groupsWanted(tools, options.app)
    if (options.json) return terminal.line(JSON.stringify(groups, null, 2))
    if (groups.length === 0) return terminal.line('nothing is parked')
    const rows = groups.map(({ owner, group, parked, head }) => [
      nameOf(owner),
      group,
      String(parked),
      head?.code ?? '',
      head?.reason ?? '',
    ])
    printTable(terminal, ['consumer', 'group', 'messages', 'code', 'reason of the first'], rows)
  })

export const show = (consumer: string, group: string, options: OperatorOptions) =>
  at(options, async (tools, terminal) => {
    const messages = await messagesIn(tools, await ownerOf(tools, options.app, consumer), group)
    if (options.json) return terminal.line(JSON.stringify(messages, null, 2))
    for (const { place, code, reason, body } of messages) {
      terminal.heading(`${place}  ${code}`)
      terminal.line(`  ${reason}`)
      terminal.line(`  ${body}`)
    }
  })

export interface ResumeOptions extends OperatorOptions {
  readonly code?: string
  readonly apply: boolean
}

export const resume = (consumer: string | undefined, group: string | undefined, options: ResumeOptions) =>
  at(options, async (tools, terminal) => {
    const { code, apply } = options
    const wanted = await groupsWanted(tools, options.app, consumer, group)
    const groups = wanted.filter(({ head }) => code === undefined || head?.code === code)
    const results = []
    for (const one of groups) results.push({ ...one, ...(await resumeGroup(tools, one, apply)) })
    if (options.json) terminal.line(JSON.stringify(results, null, 2))
    else for (const result of results) terminal.line(told(result))
    if (!options.json && groups.length === 0) terminal.line('nothing parked that matches')
    const stopped = results.filter((result) => result.stopped)
    if (stopped.length > 0) throw new CommandFailure(`${stopped.length} of ${groups.length} groups are parked still.`)
  })

export const skip = (consumer: string, group: string, options: OperatorOptions & { readonly place: string }) =>
  at(options, async (tools, terminal) => {
    const owner = await ownerOf(tools, options.app, consumer)
    const answer = await operate(tools, owner, { penstock: 'skip', group, place: options.place })
    terminal.line(options.json ? JSON.stringify(answer) : `skipped: it is in the dead-letter queue of ${consumer}`)
  })

function told({ owner, group, done, stopped }: Group & Awaited<ReturnType<typeof resumeGroup>>): string {
  const what = `${nameOf(owner)} ${group}: ${done} resumed`
  return stopped ? `${what}, stopped at ${stopped.place} by ${stopped.class}: ${stopped.reason}` : what
}

/** Relays are many: each is known by its function. */
const nameOf = ({ id, functionName }: Owner): string => (id === RELAY ? functionName : id)

async function groupsWanted(tools: Tools, app: string, consumer?: string, group?: string): Promise<readonly Group[]> {
  const owners = consumer === undefined ? await ownersOf(tools, app) : [await ownerOf(tools, app, consumer)]
  const groups = (await Promise.all(owners.map((owner) => groupsOf(tools, owner)))).flat()
  return group === undefined ? groups : groups.filter((one) => one.group === group)
}

export async function ownerOf(tools: Tools, app: string, id: string): Promise<Owner> {
  const owners = await ownersOf(tools, app)
  const found = owners.find((owner) => owner.id === id || owner.functionName === id)
  if (found) return found
  const names = owners.map(nameOf)
  throw new CommandFailure(
    `There is no consumer ${id}.${didYouMean(id, names)} Consumers and relays of ${app}: ${names.join(', ')}.`,
    2,
  )
}

export async function at(
  options: OperatorOptions,
  work: (tools: Tools, terminal: Terminal) => Promise<void>,
): Promise<void> {
  useLocalEndpoint(options.endpoint)
  try {
    await work({ dynamodb: new DynamoDBClient({}), lambda: new LambdaClient({}) }, new Terminal())
  } catch (error) {
    const text = mendable(error as Error)
    throw text === undefined || error instanceof CommandFailure ? error : new CommandFailure(text)
  }
}
