import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Expectations } from '../expectations.ts'
import type { Fed, Sent } from '../feed.ts'
import type { Invoices } from '../invoices.ts'
import type { BadRow } from '../row.ts'
import { compare, type Finding } from './compare.ts'
import { type Figure, figures } from './figures.ts'
import { type Holdings, readHoldings, type Tables } from './holdings.ts'
import { messagesLeft, type QueueDepth } from './queues.ts'

/** What went in against what each service holds. Plain data: it can be written as JSON. Money in pence. */
export interface Reconciliation {
  /** Nothing lost, doubled, wrong, unexpected or left over, and every figure as expected. */
  readonly ok: boolean
  readonly figures: readonly Figure[]
  readonly lost: number
  readonly doubled: number
  readonly findings: readonly Finding[]
  /** Why invoices were refused, with how many invoices each reason concerns. */
  readonly refusals: readonly Reason[]
  /** Why accepted orders fell through later. */
  readonly cancellations: readonly Reason[]
  /** What the file held that was not sent, with the reason. */
  readonly leftOut: { readonly badRows: readonly BadRow[]; readonly adjustments: readonly string[] }
  /** Messages and sagas that wait for an operator, or that nobody has handled yet. */
  readonly leftOver: {
    readonly queues: readonly QueueDepth[]
    readonly parked: readonly string[]
    readonly sagas: readonly string[]
  }
}

export interface Reason {
  readonly reason: string
  readonly count: number
}

export interface ReconcileOptions {
  readonly app: string
  readonly tables: Tables
  readonly dynamodb: DynamoDBClient
  readonly sqs: SQSClient
  readonly badRows?: Invoices['badRows']
  readonly expected: Expectations
  readonly fed: Fed
}

export async function reconcile({
  app,
  tables,
  dynamodb,
  sqs,
  badRows = [],
  expected,
  fed,
}: ReconcileOptions): Promise<Reconciliation> {
  const [holdings, queues] = await Promise.all([readHoldings(dynamodb, tables), messagesLeft(sqs, app)])
  const { traced, findings } = compare(expected, fed, holdings)
  const lines = figures(expected, fed, holdings, traced)
  const leftOver = { queues, parked: holdings.parked, sagas: holdings.stuck }
  const of = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length
  return {
    ok:
      findings.length === 0 &&
      queues.length + holdings.parked.length + holdings.stuck.length === 0 &&
      lines.every(({ expected: due, held }) => due === held),
    figures: lines,
    lost: of('lost'),
    doubled: of('doubled'),
    findings,
    refusals: refusals([...fed.orders.values(), ...fed.returns.values()]),
    cancellations: cancellations(holdings),
    leftOut: { badRows, adjustments: expected.adjustments },
    leftOver,
  }
}

function refusals(sent: readonly Sent[]): Reason[] {
  return counted(
    sent.flatMap((one) => (one.outcome === 'refused' ? [...new Set(one.reasons.map(withoutPlaceAndValue))] : [])),
  )
}

function cancellations(holdings: Holdings): Reason[] {
  return counted([...holdings.cancelled.values()])
}

/** "body.lines.3.unitPrice: must be above 0, is 0" -> "unitPrice of a line: must be above 0". */
function withoutPlaceAndValue(reason: string): string {
  return reason
    .replace(/^body\./, '')
    .replace(/^lines\.\d+\.(\w+)/, '$1 of a line')
    .replace(/, is .*$/, '')
}

function counted(reasons: readonly string[]): Reason[] {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count)
}
