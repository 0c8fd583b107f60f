import type { Cell, Column } from './run.ts'

/** Results by backend: a row for each thing that was done. */
export function tableOf(columns: ReadonlyMap<string, Column>): string {
  const names = [...columns.keys()]
  const rows = [...new Set([...columns.values()].flatMap((column) => [...column.keys()]))]
  const cells = rows.map((row) => [row, ...names.map((name) => textOf(columns.get(name)?.get(row)))])
  const all = [['', ...names], ...cells]
  const widths = all[0]?.map((_, at) => Math.max(...all.map((line) => line[at]?.length ?? 0))) ?? []
  return all
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function textOf(cell: Cell | undefined): string {
  if (!cell) return 'not reached'
  return cell.outcome === 'ok' ? `ok ${cell.note}` : `${cell.outcome}${cell.note ? `: ${cell.note}` : ''}`
}
