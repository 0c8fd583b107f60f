import { Retry } from '../failure.ts'
import type { AnyStep } from '../saga/step-contract.ts'
import type { Answered, Refusal } from '../saga/use.ts'
import type { StandardSchema } from '../standard-schema.ts'
import { Waiting } from './gate.ts'
import type { Ledger } from './ledger.ts'
import type { Ports } from './ports.ts'
import { type Origin, readStepRecord, recordContent, type StepPlace, type StepRecord } from './saga-record.ts'
import { assertAnswer } from './saga-size.ts'
import type { Table } from './table.ts'

/** What the relay tells Step Functions of a callback, or of an answer that came after its step had been undone. */
export type Errand =
  | { readonly token: string; readonly output: unknown }
  | { readonly token: string; readonly refusal: Refusal }
  | { readonly token: string; readonly heartbeat: true }
  | { readonly recover: Recovery }

export interface Recovery {
  readonly machine: string
  readonly sagaId: string
  /** Tells this recovery from others of the saga. */
  readonly occasion: string
  readonly origin: Origin
  readonly failure: { readonly step: string; readonly code: string; readonly message: string }
}

/** Until an answer that came before its question was committed is looked at again. */
const ASKING_MS = 2_000

/** Which question of which step: `<saga>/<id>/<step>#<ask>`. */
export const callbackKey = ({ saga, sagaId, step }: StepPlace, ask: number): string =>
  `${saga}/${sagaId}/${step}#${ask}`

export function callbackPlace(callback: string): { place: StepPlace; ask: number | undefined } {
  const [, saga, sagaId, step, ask] = /^([^/]+)\/(.+)\/([^/#]+)(?:#(\d+))?$/s.exec(callback) ?? []
  if (!saga || !sagaId || !step)
    throw new TypeError(`'${callback}' is no callback: hand out \`context.callback\` of the step's act as it is`)
  return { place: { saga, sagaId, step }, ask: ask === undefined ? undefined : Number(ask) }
}

const anything: StandardSchema = { '~standard': { version: 1, vendor: 'penstock', validate: (value) => ({ value }) } }

/** A message for the relay that no consumer gets. */
export const emitErrand = (ledger: Ledger, contract: AnyStep, sagaId: string, errand: Errand): void =>
  ledger.emit({
    contract: { kind: 'errand', name: contract.name, version: 1, schema: anything, key: () => sagaId },
    wire: errand,
  })

/** `unit.answer` and its kin, for the steps that the handler declares. */
export function answering(steps: readonly AnyStep[], table: Table, ledger: Ledger, ports: Ports): object {
  const open = async (contract: AnyStep, callback: string) => {
    if (!steps.some(({ name }) => name === contract.name))
      throw new TypeError(`'${contract.name}' is not in \`sagas.answers\` of this consumer`)
    const { place, ask } = callbackPlace(callback)
    const { key, item, record } = await readStepRecord(table, contract.name, place)
    // The question went out before it was committed: what asks again, or turns back, comes in its own time.
    if (record?.state === 'begun') throw new Waiting(`the question '${callback}' is being asked`, ASKING_MS)
    if (!record) throw new Retry(`nothing has been asked under '${callback}' (yet)`, { code: 'NotAsked' })
    ledger.saw({ key, item, version: record.version, checked: true })
    const become = (next: Omit<StepRecord, 'version'>) =>
      ledger.write({ kind: 'put', key, content: recordContent(next), expected: record.version })
    return { place, record, become, superseded: ask !== undefined && ask < (record.ask ?? 0) }
  }
  const settle = async (contract: AnyStep, callback: string, answer: { output: unknown } | { refusal: Refusal }) => {
    const { place, record, become, superseded } = await open(contract, callback)
    const { version: _, ...rest } = record
    const accepted = 'output' in answer
    // Undone without its answer. One that was undone with it has been told before.
    if (record.state === 'compensated' && accepted && record.output === undefined) {
      become({ ...rest, state: 'orphan', output: answer.output })
      emitErrand(ledger, contract, place.sagaId, { recover: recoveryOf(place, record) })
      return 'orphan'
    }
    if (record.state !== 'waiting') return 'repeated'
    if (superseded) return 'superseded'
    become({ ...rest, state: accepted ? 'done' : 'declined', ...(accepted && { output: answer.output }) })
    emitErrand(ledger, contract, place.sagaId, { token: record.token ?? '', ...answer })
    return 'answered'
  }
  return {
    answer: async (contract: AnyStep, callback: string, output: unknown): Promise<Answered> => {
      await assertAnswer(contract, output)
      return settle(contract, callback, { output })
    },
    decline: (contract: AnyStep, callback: string, refusal: Refusal): Promise<Answered> =>
      settle(contract, callback, { refusal }),
    heartbeat: async (contract: AnyStep, callback: string): Promise<void> => {
      const { place, record, become, superseded } = await open(contract, callback)
      const { version: _, ...rest } = record
      if (record.state !== 'waiting' || superseded) return
      become({ ...rest, waitUntil: ports.now() + (record.wait ?? 0) * 1000 })
      emitErrand(ledger, contract, place.sagaId, { token: record.token ?? '', heartbeat: true })
    },
  }
}

/** The same for every delivery of the answer: the record changes once. */
const recoveryOf = (place: StepPlace, { machine = '', origin, version }: StepRecord): Recovery => ({
  machine,
  sagaId: place.sagaId,
  occasion: `${place.step}-${version}`,
  origin: origin ?? { correlationId: place.sagaId, hops: 0 },
  failure: { step: place.step, code: 'OrphanResult', message: 'its answer came after it had been undone' },
})
