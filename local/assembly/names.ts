import type { Randomness } from '../kernel/randomness.ts'

const suffixLength = 12

/**
 * A physical name as CloudFormation makes one: `stack-logicalId-SUFFIX`, its parts cut evenly to the length. The suffix of a
 * resource's first creation is the same in every run (decision 0054); a further one gets another, as a replacement must.
 */
export function physicalName(suffixes: Randomness, stackName: string, logicalId: string, maxLength: number): string {
  const digits = BigInt(`0x${suffixes.hex(`${stackName} ${logicalId}`)}`)
  const suffix = digits.toString(36).toUpperCase().padStart(suffixLength, '0').slice(-suffixLength)
  const room = maxLength - suffixLength - 2
  if (stackName.length + logicalId.length <= room) return `${stackName}-${logicalId}-${suffix}`
  const forId = Math.min(logicalId.length, Math.max(Math.floor(room / 2), room - stackName.length))
  const forStack = room - forId
  return `${stackName.slice(0, forStack)}-${logicalId.slice(0, forId)}-${suffix}`
}
