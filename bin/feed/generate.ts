import type { Invoice, InvoiceLine } from './invoices.ts'

const GOODS = [
  ['85123A', 'WHITE HANGING HEART T-LIGHT HOLDER', 255],
  ['71053', 'WHITE METAL LANTERN', 339],
  ['84406B', 'CREAM CUPID HEARTS COAT HANGER', 275],
  ['22423', 'REGENCY CAKESTAND 3 TIER', 1275],
  ['47566', 'PARTY BUNTING', 495],
  ['85099B', 'JUMBO BAG RED RETROSPOT', 195],
  ['22720', 'SET OF 3 CAKE TINS PANTRY DESIGN', 495],
  ['84879', 'ASSORTED COLOUR BIRD ORNAMENT', 169],
  ['20725', 'LUNCH BAG RED RETROSPOT', 165],
  ['22960', 'JAM MAKING SET WITH JARS', 425],
  ['21034', 'REX CASH+CARRY JUMBO SHOPPER', 95],
  ['POST', 'POSTAGE', 1800],
] as const

const COUNTRIES = ['United Kingdom', 'United Kingdom', 'United Kingdom', 'EIRE', 'France', 'Germany', 'Norway'] as const
const FIRST_INVOICE = 900_001
const FIRST_CUSTOMER = 20_001
const CUSTOMERS = 9
const ONE_IN = { return: 10, guest: 4, unpriced: 48 }

/**
 * Plausible invoices for a shop that nobody visits yet: mostly orders, some by guests, a few that must be refused, a few returns.
 * The same seed gives the same invoices.
 */
export function generateInvoices({ count = 36, seed = 1 }: { count?: number; seed?: number } = {}): Invoice[] {
  const draw = drawer(seed)
  return Array.from({ length: count }, (_, index) => {
    const isReturn = draw(ONE_IN.return) === 0
    const isGuest = draw(ONE_IN.guest) === 0
    const country = COUNTRIES[draw(COUNTRIES.length)] ?? 'United Kingdom'
    return {
      number: `${isReturn ? 'C' : ''}${FIRST_INVOICE + index}`,
      kind: isReturn ? 'return' : 'order',
      invoicedAt: new Date(Date.UTC(2010, 11, 1, 8, index * 7)).toISOString(),
      ...(isGuest ? {} : { customerId: String(FIRST_CUSTOMER + draw(CUSTOMERS)) }),
      country,
      lines: Array.from({ length: 1 + draw(isReturn ? 2 : 6) }, () => line(draw, isReturn)),
    }
  })
}

function line(draw: (below: number) => number, isReturn: boolean): InvoiceLine {
  const [sku, description, price] = GOODS[draw(GOODS.length)] ?? GOODS[0]
  const quantity = isReturn ? -(1 + draw(2)) : 1 + draw(12)
  const unpriced = !isReturn && draw(ONE_IN.unpriced) === 0
  return { sku, description, quantity, unitPrice: unpriced ? 0 : price }
}

/** Whole numbers from 0 up to `below`, evenly drawn: a linear congruential generator (Numerical Recipes' constants). */
function drawer(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
