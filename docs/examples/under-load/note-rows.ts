import { consumer } from '../../../messaging/index.ts'
import { done, entryOf, RowsImported } from './contracts.ts'

export const handler = consumer(
  import.meta,
  { id: 'work.note-rows', on: RowsImported, stores: { done } },
  ({ id }, unit, { envelope }) => unit.done.save(entryOf('noted', id, envelope)),
)
