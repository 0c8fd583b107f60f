import {
  type AttributeValue,
  type CreateTableCommandInput,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb'
import { composite, type TableCloud } from './support.ts'

export type Item = Record<string, AttributeValue>

export const row = (pk: string, sk: string, more: Item = {}): Item => ({ pk: { S: pk }, sk: { S: sk }, ...more })

/** Every page of a query or a scan, followed by its keys. */
export async function pages(
  read: (start: Item | undefined) => Promise<{ Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined }>,
) {
  const all: Item[][] = []
  let start: Item | undefined
  do {
    const page = await read(start)
    all.push(page.Items ?? [])
    start = page.LastEvaluatedKey
  } while (start)
  return all
}

/** What tests of reads do with a cloud that their `beforeAll` starts. */
export const reading = (tables: () => TableCloud) => ({
  query: (input: QueryCommandInput) => tables().db.send(new QueryCommand(input)),
  scan: (input: ScanCommandInput) => tables().db.send(new ScanCommand(input)),
  /** A table with these items. @returns its name */
  filled: async (name: string, items: readonly Item[], more: Partial<CreateTableCommandInput> = composite) => {
    await tables().table(name, more)
    for (const Item of items) await tables().db.send(new PutItemCommand({ TableName: name, Item }))
    return name
  },
})
