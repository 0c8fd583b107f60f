import type { ConsumedCapacity, ItemCollectionMetrics } from '@aws-sdk/client-dynamodb'
import type { Call } from '../../../service.ts'
import { changeUnits, consumedCapacity, readUnits, Units, writeUnits } from '../items/capacity.ts'
import { collectionMetrics } from '../items/collection.ts'
import type { Transacted } from '../items/transaction.ts'
import type { Model } from '../model.ts'
import type { Table } from '../tables/table.ts'

/** Every unit of a transaction counts twice: once to prepare and once to commit. */
const FACTOR = 2

interface Asked {
  readonly ReturnConsumedCapacity?: string | undefined
  readonly ReturnItemCollectionMetrics?: string | undefined
}

/** Meters a transaction table by table and gives the parts of its answer that tell of it. */
export function transactionAnswer(
  model: Model,
  done: readonly Transacted[],
  asked: Asked,
  call: Call,
  { operation, reads }: { readonly operation: string; readonly reads: boolean },
) {
  const byTable = new Map<Table, Units>()
  const metrics: Record<string, ItemCollectionMetrics[]> = {}
  for (const one of done) {
    const units = byTable.get(one.table) ?? new Units()
    byTable.set(one.table, units)
    units.add(unitsOf(one, reads))
    const metric = one.change && collectionMetrics(asked.ReturnItemCollectionMetrics, one.change)
    const ofTable = metrics[one.table.name] ?? []
    if (metric) metrics[one.table.name] = [...ofTable, metric]
  }
  const capacities: ConsumedCapacity[] = []
  for (const [table, units] of byTable) {
    model.meter.record(table.name, call, operation, reads ? { read: units.total } : { write: units.total })
    const consumed = consumedCapacity(asked.ReturnConsumedCapacity, table, units, reads ? 'read' : 'write')
    if (consumed) capacities.push(consumed)
  }
  return {
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    ...(Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics }),
  }
}

function unitsOf({ change, size }: Transacted, reads: boolean): Units {
  if (change && !reads) return changeUnits(change, FACTOR)
  const units = new Units()
  units.table = FACTOR * (reads ? readUnits(size, true) : writeUnits(size))
  return units
}
