import type { Operation } from '../../messaging/operation.ts'
import type { OperatorOptions } from '../commands/operator.ts'
import { CommandFailure } from '../failure.ts'
import { messagesIn } from './find.ts'
import { operate, resumeGroup } from './operate.ts'
import { at, ownerOf } from './run.ts'

export interface SettleOptions extends OperatorOptions {
  readonly done?: string | true
  readonly again: boolean
  readonly drop: boolean
}

/** Exactly one of the three verdicts, then the rest of the group. */
export const settle = (consumer: string, group: string, options: SettleOptions) =>
  at(options, async (tools, terminal) => {
    const { done, again, drop } = options
    if ([done !== undefined, again, drop].filter((given) => given).length !== 1)
      throw new CommandFailure('Say one of --done [json], --again and --drop: nobody else can know.', 2)
    const owner = await ownerOf(tools, options.app, consumer)
    const [head] = await messagesIn(tools, owner, group)
    if (!head) throw new CommandFailure(`Group '${group}' of ${consumer} has no parked message.`)
    await operate(tools, owner, drop ? { penstock: 'skip', group, place: head.place } : verdict(group, done))
    const result = await resumeGroup(tools, { owner, group, parked: 0, head }, false)
    if (options.json) return terminal.line(JSON.stringify(result))
    terminal.line(`${consumer} ${group}: ${drop ? 'dropped' : 'settled'}, ${result.done} resumed`)
    if (result.stopped) throw new CommandFailure(`stopped at ${result.stopped.place}: ${result.stopped.reason}`)
  })

function verdict(group: string, done: string | true | undefined): Operation {
  if (done === undefined) return { penstock: 'settle', group, verdict: 'again' }
  return { penstock: 'settle', group, verdict: 'done', ...(done !== true && { result: done }) }
}
