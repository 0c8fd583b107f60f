import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** How many behaviours of each service the design numbers (emulators get these wrong). */
export const numbered: Readonly<Record<string, number>> = {
  SQS: 23,
  SNS: 17,
  EventBridge: 19,
  Lambda: 15,
  DynamoDB: 18,
  'Step Functions': 19,
}

/** Numbers without a test, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  'EventBridge 18': 'Pipes are not simulated: a template with one is refused in words.',
}

export interface Proof {
  readonly service: string
  readonly number: number
  /** The rule, as the test's name states it. */
  readonly rule: string
  readonly passes: boolean
}

const named = new RegExp(`\\b(${Object.keys(numbered).join('|')}) (\\d+(?:(?:, | and )\\d+)*): (.+)$`)

/** The behaviours that a test's name carries: `SQS 4: one receive may return …`, or `SNS 3, 4: …`. */
export function proofsOf(testName: string, passes: boolean): Proof[] {
  const match = named.exec(testName)
  if (!match) return []
  const [, service = '', numbers = '', rule = ''] = match
  return numbers.split(/, | and /).map((number) => ({ service, number: Number(number), rule, passes }))
}

/** The page, from all proofs. */
export function pageOf(proofs: readonly Proof[]): string {
  const sections = Object.entries(numbered).flatMap(([service, count]) => {
    const rows = Array.from({ length: count }, (_, index) => rowsOf(service, index + 1, proofs)).flat()
    return rows.every((row) => row.endsWith('no test |'))
      ? []
      : [`## ${service}`, '', '| | rule, as its test states it | |', '|---|---|---|', ...rows, '']
  })
  return [
    '# Behaviours that emulators get wrong',
    '',
    'Generated from the tests by `npm run behaviours`: each row is a test that runs in `npm test`, most of them through the real AWS SDK.',
    '',
    ...sections,
  ].join('\n')
}

function rowsOf(service: string, number: number, proofs: readonly Proof[]): string[] {
  const of = proofs.filter((proof) => proof.service === service && proof.number === number)
  const reason = leftOut[`${service} ${number}`]
  if (of.length === 0) return [`| ${number} | ${reason ?? ''} | ${reason ? 'left out' : 'no test'} |`]
  return of.map(({ rule, passes }) => `| ${number} | ${rule.replaceAll('|', '\\|')} | ${passes ? 'passes' : 'FAILS'} |`)
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

if (import.meta.main) {
  const [report = ''] = process.argv.slice(2)
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const proofs = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .flatMap(({ fullName, status }) => proofsOf(fullName, status === 'passed'))
    .sort((a, b) => (a.rule < b.rule ? -1 : 1))
  writeFileSync(fileURLToPath(new URL('../../docs/behaviours.md', import.meta.url)), pageOf(proofs))
}
