import type { AnyContract } from '../contract.ts'
import type { Envelope } from '../envelope.ts'
import { Dead, NEWER_VERSION, Park } from '../failure.ts'
import { dataOf } from './packing.ts'
import { InvalidData, validate } from './validation.ts'

/**
 * The data of a message as today's version of its contract has it.
 * @throws Dead `UnknownType` or `InvalidData`, or of a claim that is gone or changed; Park `NewerVersion` where the consumer has to be deployed first
 */
export async function readMessage(contracts: readonly AnyContract[], envelope: Envelope): Promise<unknown> {
  const contract = contracts.find((candidate) => candidate.name === envelope.type)
  if (!contract) {
    const known = contracts.map((candidate) => candidate.name).join(', ')
    throw new Dead(`type '${envelope.type}' is not among what this consumer takes: ${known}`, { code: 'UnknownType' })
  }
  const data = await dataOf(contract, envelope)
  try {
    return await validate(contract.schema, upcast(contract, envelope.dataversion, data), envelope.type)
  } catch (error) {
    if (error instanceof InvalidData) throw new Dead(error.message, { code: 'InvalidData', cause: error })
    throw error
  }
}

/** @throws Park where the data is of a version that this code does not know yet */
export function upcast(contract: AnyContract, version: number, data: unknown): unknown {
  if (version > contract.version) {
    const needs = `${contract.name} version ${version}; this consumer reads up to ${contract.version}`
    throw new Park(`needs ${needs}`, { code: NEWER_VERSION })
  }
  let current = data
  for (let from = version; from < contract.version; from++) {
    // The contract was refused at its declaration if a step were missing.
    current = contract.upcasts[from]?.(current as never)
  }
  return current
}
