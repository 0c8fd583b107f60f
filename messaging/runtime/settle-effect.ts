import type { Operation, OperationAnswer } from '../operation.ts'
import type { Desk } from './desk.ts'

/**
 * Writes down what an operator has found out about a call whose worker died.
 * @throws TypeError where the group's first message does not wait for that, or the record says more than the operator
 */
export async function settleEffect(
  { definition, dynamo, parking, ports, table }: Desk,
  operation: Extract<Operation, { penstock: 'settle' }>,
): Promise<OperationAnswer> {
  const { group } = operation
  const [head] = await parking.first(group, 1)
  const record = head?.facts?.effect
  if (record === undefined)
    throw new TypeError(
      `the first message of group '${group}' waits for no effect's outcome: ${head?.code ?? 'there is none'}`,
    )
  const name = record.split('#')[1]
  const effect = Object.values(definition.effects).find((one) => one.name === name)
  if (!effect) throw new TypeError(`'${name}' is no effect of this consumer any more: skip the message`)
  const { openEffectRecords } = await effect.runtime()
  const happened = operation.verdict === 'done' && { result: answerIn(operation.result) }
  const written = await openEffectRecords(dynamo, table.name).settle({ pk: record, sk: '-' }, ports.now(), happened)
  if ('held' in written) return { done: 1, left: true }
  const { state = 'forgotten', leaseUntil = 0 } = written.refused ?? {}
  const until = leaseUntil > 0 ? ` until ${new Date(leaseUntil).toISOString()} at least` : ''
  throw new TypeError(`the record of '${name}' says that it is ${state}${until}: resume the group to go by that`)
}

/** @throws TypeError where it is no JSON */
function answerIn(result: string | undefined): string | undefined {
  if (result === undefined) return undefined
  try {
    return JSON.stringify(JSON.parse(result))
  } catch {
    throw new TypeError(`the answer is no JSON: ${result.slice(0, 80)}`)
  }
}
