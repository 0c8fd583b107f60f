import type { Explanation } from './explanation.ts'
import type { SchemeCase } from './schemes.ts'

/** One line a consumer. */
export function overview(explanations: readonly Explanation[]): string {
  const rows = explanations.map(({ id, kind, schemes, routes }) => [
    id,
    kind,
    schemes.map(({ scheme }) => scheme).join(', '),
    between(schemes, ({ requests }) => requests),
    between(schemes, ({ writeUnits }) => writeUnits),
    [...new Set(routes.map(({ hops }) => hops.map(({ what }) => what).join(' > ')))].join('; '),
  ])
  const head = ['consumer', 'kind', 'scheme', 'requests', 'WCU', 'route']
  return `${table([head, ...rows])}\n\nFor messages and items of up to 1 KB. \`penstock explain CONSUMER\` tells the rest of one.`
}

/** Everything about one. */
export function whole({ id, kind, schemes, reads, claims, routes, emits, limits, quotas }: Explanation): string {
  return [
    `${id} (${kind})`,
    section(
      schemes.length > 1 ? 'Commit, by what a unit does' : 'Commit',
      schemes.flatMap(({ scheme, when, requests, writeUnits, plus }) => [
        `${scheme.padEnd(7)} ${when}: ${plural(requests, 'request')}, ${writeUnits} WCU`,
        ...plus.map((more) => `        + ${more}`),
      ]),
    ),
    schemes.some(({ scheme }) => scheme === 'C0' || scheme === 'C')
      ? '  While the relay is over 6 h behind, B takes the place of C0 and C: its rows outlive the stream.'
      : '',
    section('Reads', reads),
    section('Bodies in S3', claims),
    ...routes.map(({ message, hops }) =>
      section(
        `Route of ${message}`,
        hops.map(
          ({ what, name, failing }) => `${what.padEnd(13)} ${name}${failing === undefined ? '' : ` (${failing})`}`,
        ),
      ),
    ),
    section('Leaves with its units', emits),
    section('Limits', table(limits.map(({ name, value }) => [name, value])).split('\n')),
    section(
      'Quotas of AWS that bound it (defaults)',
      table(quotas.map(({ service, quota, value }) => [service, quota, value])).split('\n'),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n')
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`

const between = (schemes: readonly SchemeCase[], pick: (one: SchemeCase) => number): string => {
  const values = schemes.map(pick)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? String(low) : `${low}-${high}`
}

const plural = (value: number, noun: string): string => `${value} ${noun}${value === 1 ? '' : 's'}`

/** Columns as wide as their widest cell; the last one as it is. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const cell = (text: string, column: number, last: number) =>
    column === last ? text : text.padEnd(widths[column] ?? 0)
  return rows.map((row) => row.map((text, column) => cell(text, column, row.length - 1)).join('  ')).join('\n')
}
