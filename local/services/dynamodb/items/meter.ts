import type { Call } from '../../../service.ts'

/** What the calls of one caller to one operation on one table have cost. */
export interface MeterReading {
  readonly table: string
  /** ARN of the role or user, or the service's principal. */
  readonly caller: string
  readonly operation: string
  readonly calls: number
  readonly readUnits: number
  readonly writeUnits: number
}

/** Adds up the capacity units of every call, as AWS would bill them. */
export class Meter {
  readonly #readings = new Map<string, { -readonly [K in keyof MeterReading]: MeterReading[K] }>()

  record(table: string, call: Call, operation: string, units: { read?: number; write?: number }): void {
    const caller = callerOf(call)
    const key = `${table}\0${caller}\0${operation}`
    const reading = this.#readings.get(key) ?? { table, caller, operation, calls: 0, readUnits: 0, writeUnits: 0 }
    reading.calls += 1
    reading.readUnits += units.read ?? 0
    reading.writeUnits += units.write ?? 0
    this.#readings.set(key, reading)
  }

  readings(): readonly MeterReading[] {
    return [...this.#readings.values()].map((reading) => ({ ...reading }))
  }

  reset(): void {
    this.#readings.clear()
  }
}

function callerOf({ caller }: Call): string {
  if (caller.kind === 'role') return caller.roleArn
  if (caller.kind === 'administrator') return caller.arn
  return caller.kind === 'service' ? caller.principal : 'anonymous'
}
