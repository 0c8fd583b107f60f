import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Ending, isExact } from './enumerate.ts'

const PAGE = path.resolve(import.meta.dirname, '../../../docs/guide/exactly-once.md')
const TABLE = /(<!-- table: test\/messaging\/crash -->\n)([\s\S]*?)(<!-- end of the table -->)/

/** How each way ends in each history: as many messages of so many as took effect once, and what became of the others. */
export function tableOf(endings: Readonly<Record<string, readonly Ending[]>>): string {
  const names = Object.keys(endings)
  const histories = [...new Set(Object.values(endings).flatMap((all) => all.map(({ history }) => history)))]
  const cell = (history: string, name: string) =>
    summary((endings[name] ?? []).filter((one) => one.history === history))
  return [
    `| at any call, the worker | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...histories.map((history) => `| ${history} | ${names.map((name) => cell(history, name)).join(' | ')} |`),
  ].join('\n')
}

function summary(endings: readonly Ending[]): string {
  const count = (test: (ending: Ending) => boolean) => endings.filter(test).length
  const wrong = [
    [count(({ effects }) => effects === 0), 'lost'],
    [count(({ effects }) => effects > 1), 'doubled'],
    [count(({ effects, published }) => effects > 0 && published.length === 0), 'not told'],
    [count(({ published }) => published.length > 1), 'told twice'],
  ] as const
  const told = wrong.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)
  return `${count(isExact)} of ${endings.length}${told.length > 0 ? `: ${told.join(', ')}` : ''}`
}

/** The table that stands on the page. */
export const tableOnPage = (): string => TABLE.exec(readFileSync(PAGE, 'utf8'))?.[2]?.trim() ?? ''

export function writePage(table: string): void {
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(TABLE, (_, begin, _old, end) => `${begin}${table}\n${end}`),
  )
}
