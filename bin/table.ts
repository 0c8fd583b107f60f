import type { Terminal } from './terminal.ts'

/** Rows under headings, columns as wide as their widest cell. */
export function printTable(
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  terminal.line(terminal.style('bold', line(headings)))
  for (const row of rows) terminal.line(line(row))
}
