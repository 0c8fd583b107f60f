import { NotSimulated } from '../../errors.ts'

/** A subscription's wish to get archived messages again. */
export interface ReplayPolicy {
  readonly text: string
  readonly from: number
  readonly to: number | undefined
}

/** Why a replay policy is refused, for the words that SNS puts before it. */
export type ReplayRefusal = { readonly refused: string }

/** Reads `{"PointType":"Timestamp","StartingPoint":...,"EndingPoint":...}`. */
export function parseReplayPolicy(
  text: string,
  archive: { active: boolean; beginning(): number },
): ReplayPolicy | ReplayRefusal {
  if (!archive.active) return { refused: 'ReplayPolicy: the topic has no active ArchivePolicy' }
  const policy = parsed(text)
  if (!policy) return { refused: 'ReplayPolicy: failed to parse JSON.' }
  const { PointType, StartingPoint, EndingPoint, ...rest } = policy
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined)
    throw new NotSimulated(`${unknown} of a ReplayPolicy`, 'It honours PointType, StartingPoint and EndingPoint.')
  if (PointType !== 'Timestamp') return { refused: `ReplayPolicy: Invalid value [${PointType}] for PointType` }
  const from = Date.parse(String(StartingPoint))
  const to = EndingPoint === undefined ? undefined : Date.parse(String(EndingPoint))
  if (Number.isNaN(from)) return { refused: 'ReplayPolicy: Invalid StartingPoint' }
  if (to !== undefined && !(to > from)) return { refused: 'ReplayPolicy: Invalid EndingPoint' }
  return { text, from, to }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const policy: unknown = JSON.parse(text)
    return typeof policy === 'object' && policy !== null ? (policy as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
