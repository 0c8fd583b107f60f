import type { DlqOptions } from '../commands/dlq.ts'
import { CommandFailure } from '../failure.ts'
import { mendable, useLocalEndpoint } from '../local-endpoint.ts'
import { printTable } from '../table.ts'
import { Terminal } from '../terminal.ts'
import { editLetter } from './edit.ts'
import { causesOf } from './group.ts'
import type { Filter, Letter } from './letter.ts'
import { dataText } from './packed.ts'
import { purge } from './purge.ts'
import { type DeadLetterQueue, deadLetterQueue, deadLetterQueues } from './queues.ts'
import { lettersIn } from './read.ts'
import { redrive } from './redrive.ts'
import { nameOf } from './sources.ts'
import { openTools, type Tools } from './tools.ts'

export const list = (options: DlqOptions) =>
  at(options, async (tools, terminal) => {
    const queues = await deadLetterQueues(tools, options.app)
    if (options.json) return terminal.line(JSON.stringify(queues, null, 2))
    if (queues.length === 0)
      return terminal.line(`There is no dead-letter queue of ${options.app} here: is it deployed?`)
    const from = ({ sources }: DeadLetterQueue) =>
      [...new Set(sources.map(({ kind, name }) => `${kind} ${nameOf(name)}`))].join(', ')
    const worst = [...queues].sort((a, b) => b.waiting - a.waiting)
    const rows = worst.map((queue) => [queue.name, String(queue.waiting), String(queue.inFlight), from(queue)])
    printTable(terminal, ['queue', 'letters', 'in flight', 'from'], rows)
  })

export const group = (name: string, options: DlqOptions) =>
  withLetters(name, options, (terminal, letters) => {
    const causes = causesOf(letters)
    if (options.json) return terminal.line(JSON.stringify(causes, null, 2))
    const rows = causes.map((cause) => [String(cause.count), cause.class, cause.stackHash, cause.source, cause.message])
    printTable(terminal, ['letters', 'class', 'stack', 'source', 'message of the oldest'], rows)
  })

export const show = (name: string, options: DlqOptions) =>
  withLetters(name, options, async (terminal, letters, queue) => {
    if (options.json) return terminal.line(JSON.stringify(letters.map(plain), null, 2))
    for (const letter of letters) await print(terminal, letter)
    if (letters.length < queue.waiting)
      terminal.line(`${letters.length} of ${queue.waiting}: others do not match, or wait behind these in their group.`)
  })

export const edit = (name: string, options: DlqOptions & { readonly id: string; readonly data: string }) =>
  at(options, async (tools, terminal) => {
    const queue = await deadLetterQueue(tools, options.app, name)
    const id = await editLetter(tools, queue, options.id, parse(options.data))
    terminal.line(options.json ? JSON.stringify({ id, editof: options.id }) : `${id} takes the place of ${options.id}`)
  })

export const redriveQueue = (name: string, options: DlqOptions & { readonly rate: number }) =>
  at(options, async (tools, terminal) => {
    const queue = await deadLetterQueue(tools, options.app, name)
    const { rate } = options
    const total = queue.waiting
    const progress = (moved: number) => options.json || terminal.progress('redriven', Math.min(moved, total), total)
    const result = await redrive(tools, queue, { filter: filterOf(options), rate, progress })
    if (options.json) return terminal.line(JSON.stringify(result, null, 2))
    terminal.line(`${result.moved} sent back, ${result.parked} parked in their place, ${result.kept.length} kept`)
    for (const { id, why } of result.kept) terminal.line(`  kept ${id}: ${why}`)
    if (result.parked > 0) terminal.line('Take up what is parked with: penstock parked resume')
  })

export const purgeQueue = (name: string, options: DlqOptions & { readonly yes: boolean }) =>
  at(options, async (tools, terminal) => {
    const queue = await deadLetterQueue(tools, options.app, name)
    if (!options.yes)
      throw new CommandFailure(
        `This deletes letters of ${queue.name} (it holds ${queue.waiting}) for good: add --yes.`,
        2,
      )
    const purged = await purge(tools, queue, filterOf(options))
    terminal.line(options.json ? JSON.stringify({ purged }) : `${purged} deleted`)
  })

function withLetters(
  name: string,
  options: DlqOptions,
  tell: (terminal: Terminal, letters: readonly Letter[], queue: DeadLetterQueue) => void | Promise<void>,
): Promise<void> {
  return at(options, async (tools, terminal) => {
    const queue = await deadLetterQueue(tools, options.app, name)
    await tell(terminal, await lettersIn(tools, queue, filterOf(options)), queue)
  })
}

async function at(options: DlqOptions, work: (tools: Tools, terminal: Terminal) => Promise<void>): Promise<void> {
  useLocalEndpoint(options.endpoint)
  try {
    await work(openTools(), new Terminal())
  } catch (error) {
    const text = mendable(error as Error)
    throw text === undefined || error instanceof CommandFailure ? error : new CommandFailure(text)
  }
}

const filterOf = ({ filter, id }: DlqOptions): Filter => (id === undefined ? filter : { ...filter, id })

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new CommandFailure(`The data is not JSON: ${(error as Error).message}.`, 2)
  }
}

function plain({ receiptHandle, attributes, ...letter }: Letter) {
  const told = Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue])
  return { ...letter, attributes: Object.fromEntries(told), sentAt: new Date(letter.sentAt).toISOString() }
}

async function print(terminal: Terminal, letter: Letter): Promise<void> {
  const { envelope, body } = letter
  terminal.heading(`${letter.id}  ${letter.type}`)
  terminal.line(`  ${letter.class}: ${letter.message}`)
  terminal.line(
    `  stack ${letter.stackHash || 'unknown'}, ${letter.attempts} attempts, from ${letter.source || 'unknown'}`,
  )
  terminal.line(`  since ${new Date(letter.sentAt).toISOString()}, trace ${letter.trace || 'none'}`)
  if (envelope?.editof) terminal.line(`  an edited copy of ${envelope.editof}`)
  terminal.line(`  ${envelope ? await dataText(envelope) : body}`)
}
