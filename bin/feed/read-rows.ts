import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parse } from 'csv-parse/sync'
import { HEADER, type ReadRow, readRow } from './row.ts'

/** The file cannot be fed at all: missing, unreadable, or not in the format. The message is for a person. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile'
}

/**
 * The rows of a file, in order, one line at a time. A bad row is yielded as `bad` and the reading goes on.
 * @throws UnusableFile when the file cannot be read or its header is another.
 */
export async function* readRows(file: string): AsyncGenerator<ReadRow> {
  let line = 0
  for await (const text of linesOf(file)) {
    line += 1
    if (line === 1) checkHeader(text, file)
    else if (text.trim() !== '') yield readLine(text, line)
  }
  if (line === 0) throw new UnusableFile(`${file} is empty: its first line must be ${HEADER.join(',')}`)
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file)
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UnusableFile(`${file} cannot be read: ${SYSTEM_ERRORS[error.code] ?? error.message}`)
  } finally {
    stream.destroy()
  }
}

const SYSTEM_ERRORS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

function checkHeader(text: string, file: string): void {
  const fields = splitLine(text.replace(/^\uFEFF/, ''))?.map((field) => field.trim()) ?? []
  if (fields.join(',') === HEADER.join(',')) return
  const shown = text.length > 120 ? `${text.slice(0, 120)}...` : text
  throw new UnusableFile(`${file} does not start with the header ${HEADER.join(',')} but with ${JSON.stringify(shown)}`)
}

function readLine(text: string, line: number): ReadRow {
  const fields = splitLine(text)
  return fields
    ? readRow(fields, line)
    : { bad: { line, reasons: ['has a quote that is not closed or stands inside a field'] } }
}

/**
 * A record of this format is one line. Parsing line by line keeps an unclosed quote from swallowing the rows after it;
 * nine rows in ten have no quote at all and need no parser.
 */
function splitLine(text: string): string[] | undefined {
  if (!text.includes('"')) return text.split(',')
  try {
    const records: string[][] = parse(text)
    return records[0]
  } catch {
    return undefined
  }
}
