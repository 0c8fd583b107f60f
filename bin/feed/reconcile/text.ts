import type { Figure } from './figures.ts'
import type { Reason, Reconciliation } from './reconcile.ts'

const MOST_FINDINGS = 20
const MOST_BAD_ROWS = 20

/** The reconciliation as a person reads it: a table of figures, then what explains or contradicts them. */
export function reconciliationText(result: Reconciliation): string {
  return [
    ...table(result.figures),
    '',
    ...reasons('refused', result.refusals),
    ...reasons('cancelled', result.cancellations),
    ...leftOut(result.leftOut),
    ...leftOver(result.leftOver),
    ...limited(result.findings, MOST_FINDINGS, 'findings').map((one) =>
      typeof one === 'string' ? `  ${one}` : `  ${one.kind}: ${one.who}: ${one.what}`,
    ),
    `lost ${result.lost}, doubled ${result.doubled}: ${result.ok ? 'every figure is as expected' : 'NOT as expected'}`,
  ].join('\n')
}

function table(figures: readonly Figure[]): string[] {
  const rows = [
    ['', 'expected', 'held', ''],
    ...figures.map(({ what, unit, expected, held }) => [
      what,
      shown(expected, unit),
      shown(held, unit),
      expected === held ? 'ok' : 'DIFFERS',
    ]),
  ]
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const widths = [width(0), width(1), width(2)] as const
  return rows.map(([what = '', expected = '', held = '', verdict = '']) =>
    `  ${what.padEnd(widths[0])}  ${expected.padStart(widths[1])}  ${held.padStart(widths[2])}  ${verdict}`.trimEnd(),
  )
}

function shown(value: number, unit: Figure['unit']): string {
  const digits = unit === 'pence' ? 2 : 0
  return (unit === 'pence' ? value / 100 : value).toLocaleString('en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

function reasons(verb: string, all: readonly Reason[]): string[] {
  const counts = new Map<string, number>()
  for (const { reason, count } of all) counts.set(general(reason), (counts.get(general(reason)) ?? 0) + count)
  return [...counts].map(([reason, count]) => `  ${verb}: ${count} because ${reason}`)
}

const IDS = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}/g

/** Without what tells one failure from another of its kind: ids, and the places in the code. */
const general = (reason: string): string => reason.replaceAll(IDS, '...').replace(/,"trace":.*/s, '')

function leftOut({ badRows, adjustments }: Reconciliation['leftOut']): string[] {
  return [
    ...limited(badRows, MOST_BAD_ROWS, 'bad rows').map((bad) =>
      typeof bad === 'string' ? `  ${bad}` : `  bad row: line ${bad.line}: ${bad.reasons.join('; ')}`,
    ),
    ...(adjustments.length > 0
      ? [
          `  left out: bookkeeping, neither orders nor returns: ${limited(adjustments, MOST_BAD_ROWS, 'invoices').join(', ')}`,
        ]
      : []),
  ]
}

function leftOver({ queues, parked, sagas }: Reconciliation['leftOver']): string[] {
  return [
    ...queues.map(({ queue, messages }) => `  left over: ${messages} messages in ${queue}`),
    ...(parked.length > 0 ? [`  left over: ${parked.length} parked messages: ${parked.slice(0, 5).join(', ')}`] : []),
    ...limited(sagas, MOST_FINDINGS, 'sagas').map((saga) => `  left over: an operator must look at ${saga}`),
  ]
}

function limited<T>(all: readonly T[], most: number, what: string): (T | string)[] {
  return all.length > most ? [...all.slice(0, most), `... and ${all.length - most} more ${what}`] : [...all]
}
