/** What a function that reports batch item failures said: which of the batch's ids failed; `all` where it cannot be told. */
export type BatchAnswer = 'all' | ReadonlySet<string>

const none: ReadonlySet<string> = new Set()

/**
 * Reads the answer to a batch. An empty, null or missing list means success; anything malformed (an identifier that is
 * empty, null, missing or not of this batch, an answer that is no object) fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting-conditions
 */
export function readBatchAnswer(payload: string, ids: ReadonlySet<string>): BatchAnswer {
  const answer = JSON.parse(payload) as unknown
  if (answer === null || answer === '') return none
  if (typeof answer !== 'object' || Array.isArray(answer)) return 'all'
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures
  if (failures === undefined || failures === null) return none
  if (!Array.isArray(failures)) return 'all'
  const failed = new Set<string>()
  for (const failure of failures as unknown[]) {
    const id =
      typeof failure === 'object' && failure !== null
        ? (failure as { itemIdentifier?: unknown }).itemIdentifier
        : undefined
    if (typeof id !== 'string' || !ids.has(id)) return 'all'
    failed.add(id)
  }
  return failed
}
