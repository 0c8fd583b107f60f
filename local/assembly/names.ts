import type { Kernel } from '../kernel/kernel.ts'

const suffixLength = 12

/** A physical name as CloudFormation makes one: `stack-logicalId-SUFFIX`, its parts cut evenly to the length. */
export function physicalName(kernel: Kernel, stackName: string, logicalId: string, maxLength: number): string {
  const digits = BigInt(`0x${kernel.random.hex(`physical name ${stackName} ${logicalId}`)}`)
  const suffix = digits.toString(36).toUpperCase().padStart(suffixLength, '0').slice(-suffixLength)
  const room = maxLength - suffixLength - 2
  if (stackName.length + logicalId.length <= room) return `${stackName}-${logicalId}-${suffix}`
  const forId = Math.min(logicalId.length, Math.max(Math.floor(room / 2), room - stackName.length))
  const forStack = room - forId
  return `${stackName.slice(0, forStack)}-${logicalId.slice(0, forId)}-${suffix}`
}
