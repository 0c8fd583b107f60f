import { TooLarge } from '../failure.ts'
import type { AnyStep } from '../saga/step-contract.ts'
import { validate } from './validation.ts'

/** Refused before it is committed: Step Functions would end the saga over a payload that is too large. */
export async function assertAnswer(contract: AnyStep, output: unknown): Promise<void> {
  await validate(contract.output, output, `answer of ${contract.name}`)
  assertBytes(`answer of ${contract.name}`, output, contract.maxOutput)
}

/** @throws TooLarge with both figures */
export function assertBytes(what: string, json: unknown, limit: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(json))
  if (bytes > limit) throw new TooLarge(`${what} in bytes`, bytes, limit, 'pass ids, not documents')
}
