import type { AnySaga } from '../saga/saga.ts'
import type { SagaUse } from '../saga/use.ts'
import type { Ledger } from './ledger.ts'
import type { Ports } from './ports.ts'
import { answering } from './saga-answer.ts'
import { assertBytes } from './saga-size.ts'
import type { Table } from './table.ts'

/** What a unit has of sagas: exactly what is declared. */
export function sagaAbilities(
  { starts = [], answers = [] }: SagaUse,
  table: Table,
  ledger: Ledger,
  ports: Ports,
): object {
  return {
    ...(starts.length > 0 && { startSaga: starter(starts, ledger) }),
    ...(answers.length > 0 && answering(answers, table, ledger, ports)),
  }
}

const starter = (declared: readonly AnySaga[], ledger: Ledger) => (saga: AnySaga, input: unknown) => {
  if (!declared.some(({ name }) => name === saga.name))
    throw new TypeError(`'${saga.name}' is not in \`sagas.starts\` of this consumer`)
  assertBytes(`input of ${saga.name}`, input, saga.maxInput)
  ledger.emit({ contract: saga, wire: input })
}
