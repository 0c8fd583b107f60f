import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRows, UnusableFile } from '../../../bin/feed/read-rows.ts'
import { HEADER, type ReadRow, readRow } from '../../../bin/feed/row.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rows-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function read(...lines: string[]): Promise<ReadRow[]> {
  const file = join(folder, 'orders.csv')
  writeFileSync(file, lines.join('\n'))
  return all(file)
}

async function all(file: string): Promise<ReadRow[]> {
  const rows: ReadRow[] = []
  for await (const row of readRows(file)) rows.push(row)
  return rows
}

const GOOD = '536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom'

function reasonsOf(row: string): readonly string[] {
  const result = readRow(row.split(','), 9)
  return 'bad' in result ? result.bad.reasons : []
}

describe('reading the file', () => {
  it('reads a row into pence, units and a UTC time', async () => {
    expect(await read(HEADER.join(','), GOOD)).toEqual([
      {
        row: {
          line: 2,
          invoice: '536365',
          sku: '85123A',
          description: 'LANTERN',
          quantity: 6,
          unitPrice: 255,
          invoicedAt: '2010-12-01T08:26:00.000Z',
          customerId: '17850',
          country: 'United Kingdom',
        },
      },
    ])
  })

  it('reads quoted fields, a byte order mark, Windows line ends and blank lines', async () => {
    const rows = await read(`\uFEFF${HEADER.join(',')}\r`, '\r', `536365,1,"A, ""B""",1,12/1/2010 8:26,0.001,,\r`)
    expect(rows).toMatchObject([
      {
        row: {
          line: 3,
          description: 'A, "B"',
          unitPrice: 0.1,
          invoicedAt: '2010-12-01T08:26:00.000Z',
          country: 'Unspecified',
        },
      },
    ])
    expect(rows[0]).not.toHaveProperty('row.customerId')
  })

  it('reports a bad row with its line number and goes on', async () => {
    const rows = await read(HEADER.join(','), GOOD, '536366,22,LAMP,six,2010-12-01 08:26:00,1.85,17850,EIRE', GOOD)
    expect(rows.map((row) => 'bad' in row && row.bad)).toEqual([
      false,
      { line: 3, reasons: ['Quantity "six" is not a whole number'] },
      false,
    ])
  })

  it('does not let an unclosed quote swallow the rows after it', async () => {
    const rows = await read(HEADER.join(','), '536366,22,"LAMP,6,2010-12-01 08:26:00,1.85,17850,EIRE', GOOD)
    expect(rows).toMatchObject([{ bad: { line: 2 } }, { row: { line: 3 } }])
  })

  it('tells every reason of a bad row at once', () => {
    expect(reasonsOf('ABC,,x,1.5,2010-02-30 08:26:00,1e3,unknown,EIRE')).toEqual([
      'InvoiceNo "ABC" is not a number, with a letter before it or not',
      'StockCode is empty',
      'Quantity "1.5" is not a whole number',
      'InvoiceDate "2010-02-30 08:26:00" is not a date like 2010-12-01 08:26:00',
      'UnitPrice "1e3" is not a decimal number of pounds',
      'CustomerID "unknown" is not a whole number',
    ])
  })

  it('cuts a description that is longer than the API takes, and reports a stock code that is', () => {
    const long = 'x'.repeat(101)
    expect(readRow(`1,A,${long},1,2010-12-01 08:26:00,1,,EIRE`.split(','), 2)).toMatchObject({
      row: { description: long.slice(1) },
    })
    expect(reasonsOf(`1,${long},x,1,2010-12-01 08:26:00,1,,EIRE`)).toEqual([
      expect.stringMatching(/^StockCode "x+\.\.\." is longer than 40 characters$/),
    ])
  })

  it('reports a row of seven fields', () => {
    expect(reasonsOf('536366,22,LAMP,6,2010-12-01 08:26:00,1.85,17850')).toEqual([
      'has 7 fields where the header has 8',
    ])
  })

  it.each([
    ['another header', 'id,name', /does not start with the header InvoiceNo,.* but with "id,name"/],
    ['no line at all', '', /is empty/],
  ])('refuses a file with %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message)
    await expect(read(text)).rejects.toBeInstanceOf(UnusableFile)
  })

  it('refuses a file that is not there, and a folder', async () => {
    await expect(all(join(folder, 'none.csv'))).rejects.toThrow(/there is no such file/)
    await expect(all(folder)).rejects.toThrow(/it is a folder/)
  })
})
