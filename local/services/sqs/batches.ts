import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs'
import { AwsError } from '../../errors.ts'
import { entryCodeOf } from './errors.ts'

const MAX_ENTRIES = 10
const ENTRY_ID = /^[\w-]{1,80}$/

/** @throws EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId or BatchEntryIdsNotDistinct */
export function checkEntries<E extends { Id: string | undefined }>(
  action: string,
  entries: readonly E[] | undefined,
): readonly E[] {
  if (!entries || entries.length === 0)
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${action}RequestEntry in the request.`)
  if (entries.length > MAX_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    )
  const ids = new Set<string>()
  for (const { Id = '' } of entries) {
    if (!ENTRY_ID.test(Id))
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      )
    if (ids.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`)
    ids.add(Id)
  }
  return entries
}

/** Runs each entry alone: one that fails is told in the answer and stops no other. What `run` answers becomes the entry's result. */
export function runEntries<E extends { Id: string | undefined }, R extends object>(
  entries: readonly E[],
  run: (entry: E) => R,
): { Successful: (R & { Id: string })[] | undefined; Failed: BatchResultErrorEntry[] | undefined } {
  const successful: (R & { Id: string })[] = []
  const failed: BatchResultErrorEntry[] = []
  for (const entry of entries) {
    const Id = entry.Id as string
    try {
      successful.push(Object.assign(run(entry), { Id }))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      failed.push({ Id, SenderFault: true, Code: entryCodeOf(error), Message: error.message })
    }
  }
  // AWS leaves out a list without members.
  return { Successful: successful.length > 0 ? successful : undefined, Failed: failed.length > 0 ? failed : undefined }
}
