import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectations } from '../../../bin/feed/expectations.ts'
import { groupInvoices, type Invoices } from '../../../bin/feed/invoices.ts'
import { readRows } from '../../../bin/feed/read-rows.ts'
import { readRow } from '../../../bin/feed/row.ts'

const FILE = '../shared/data/online-retail-10k.csv'

async function invoicesOf(...rows: string[]): Promise<Invoices> {
  return groupInvoices(rows.map((row, index) => readRow(row.split(','), index + 2)))
}

describe('what must come out', () => {
  it('refuses an order when any of its lines has a quantity or a price that is not above zero', async () => {
    const { invoices } = await invoicesOf(
      '1,A,one,2,2010-12-01 08:26:00,1.5,7,EIRE',
      '2,A,one,2,2010-12-01 08:26:00,1.5,7,EIRE',
      '2,B,two,1,2010-12-01 08:26:00,0.0,7,EIRE',
      '3,B,two,-1,2010-12-01 08:26:00,2,7,EIRE',
    )
    const { orders } = expectations(invoices)
    expect([...orders.accepted.keys()]).toEqual(['1'])
    expect(orders.refused).toEqual(
      new Map([
        ['2', ['B: price 0']],
        ['3', ['B: quantity -1']],
      ]),
    )
    expect(orders).toMatchObject({ in: 3, value: 300, units: 2 })
  })

  it('refuses an order of more lines than the API takes', async () => {
    const row = '1,A,one,1,2010-12-01 08:26:00,1,7,EIRE'
    const { invoices } = await invoicesOf(...Array<string>(1201).fill(row))
    expect(expectations(invoices).orders.refused.get('1')).toEqual(['1201 lines, the API takes 1200'])
  })

  it('gives a point per whole pound to known customers and takes them back on returns', async () => {
    const { invoices } = await invoicesOf(
      '1,A,one,2,2010-12-01 08:26:00,1.99,7,EIRE',
      '2,A,one,1,2010-12-01 08:26:00,9.99,,EIRE',
      'C3,A,one,-1,2010-12-01 08:26:00,1.99,7,EIRE',
    )
    const expected = expectations(invoices)
    expect(expected.points).toEqual(new Map([['7', 3 - 1]]))
    expect(expected.returns).toMatchObject({ in: 1, refunded: 199, restocked: 1 })
    expect(expected.restocked).toEqual(new Map([['A', 1]]))
  })

  it('tells adjustments apart from orders and returns', async () => {
    const { invoices } = await invoicesOf('A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom')
    const expected = expectations(invoices)
    expect(expected.adjustments).toEqual(['A563186'])
    expect(expected.orders.in + expected.returns.in).toBe(0)
  })

  it.skipIf(!existsSync(FILE))('gives the known figures for the first 10,000 rows of Online Retail', async () => {
    const read = await groupInvoices(readRows(FILE))
    const expected = expectations(read.invoices)
    expect(read).toMatchObject({ rows: 10_000, badRows: [], rowsWithoutCustomer: 2291 })
    expect(read.invoices).toHaveLength(512)
    expect(Math.max(...read.invoices.map((invoice) => invoice.lines.length))).toBe(593)
    expect(expected.orders).toMatchObject({ in: 469, value: 18_396_183 })
    expect(expected.orders.accepted.size).toBe(423)
    expect(expected.orders.refused.size).toBe(46)
    expect(expected.returns.in).toBe(43)
    expect(expected.returns.refused.size).toBe(0)
  })
})
