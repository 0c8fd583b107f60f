/** From the most to the least that is logged. */
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** Whether a line of this level is kept where lines below `least` are not. Unknown levels are kept. */
export const keptAt = (least: string | undefined, level: string): boolean =>
  least === undefined || !levels.includes(level) || levels.indexOf(level) >= levels.indexOf(least)

/** The application's lines that Lambda keeps: it reads the level of those that are JSON objects, and keeps every other line. */
export const keptLines = (lines: readonly string[], least: string | undefined): readonly string[] =>
  least === undefined ? lines : lines.filter((line) => keptAt(least, levelOf(line)))

function levelOf(line: string): string {
  if (!line.startsWith('{')) return ''
  try {
    const { level } = JSON.parse(line) as { level?: unknown }
    return typeof level === 'string' ? level.toUpperCase() : ''
  } catch {
    return ''
  }
}
