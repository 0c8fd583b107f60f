import { type Cron, nextCron, parseCron } from './cron.ts'
import { firstInstantOf } from './zone.ts'

/** A schedule expression. */
export type Expression =
  | { readonly kind: 'rate'; readonly milliseconds: number }
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'at'; readonly wall: Parameters<typeof firstInstantOf>[0] }

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/**
 * `rate(...)`, `cron(...)` or `at(...)`; `undefined` where the text is none of them. CreateSchedule was measured to take
 * the words in capitals too, a rate without its blank, and a cron without its year (46 expressions, September 2026).
 */
export function parseExpression(text: string): Expression | undefined {
  const [, word = '', inside = ''] = /^(rate|cron|at)\(([^()]*)\)$/i.exec(text) ?? []
  const kind = word.toLowerCase()
  if (kind === 'rate') return parseRate(inside)
  if (kind === 'at') return parseAt(inside)
  const cron = kind === 'cron' ? parseCron(inside) : undefined
  return cron && { kind: 'cron', cron }
}

function parseRate(inside: string): Expression | undefined {
  const [, value = '', unit = ''] = /^([1-9]\d*) *(minute|hour|day)s?$/.exec(inside.toLowerCase()) ?? []
  const milliseconds = UNITS[unit]
  return milliseconds === undefined ? undefined : { kind: 'rate', milliseconds: Number(value) * milliseconds }
}

/** An EventBridge rule is stricter: `1 minute` but `2 minutes`, and a cron of all six fields. */
export const isRuleExpression = (text: string): boolean =>
  /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/.test(text) ||
  /^cron\((\S+ ){5}\S+\)$/.test(text)

function parseAt(inside: string): Expression | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/.exec(inside)
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0))
  // A 30th of February would be the 2nd of March.
  const written = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  if (!written.toISOString().startsWith(inside)) return undefined
  return { kind: 'at', wall: { year, month, day, hour, minute, second } }
}

export interface Period {
  readonly zone: string
  /** Nothing is due before; a rate counts from here. */
  readonly start: number
  /** Nothing is due after. */
  readonly end?: number | undefined
}

/** The first due instant after `after`; `undefined` where there is none any more. */
export function nextDue(expression: Expression, after: number, { zone, start, end }: Period): number | undefined {
  const next = nextOf(expression, Math.max(after, start - 1), zone, start)
  return next !== undefined && next > after && (end === undefined || next <= end) ? next : undefined
}

function nextOf(expression: Expression, after: number, zone: string, start: number): number | undefined {
  if (expression.kind === 'cron') return nextCron(expression.cron, after, zone)
  if (expression.kind === 'at') return firstInstantOf(expression.wall, zone)
  if (after < start) return start
  return start + (Math.floor((after - start) / expression.milliseconds) + 1) * expression.milliseconds
}
