import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Lab, openLab } from '../lab.ts'
import { type Ending, enumerate, isExact } from './enumerate.ts'
import { cases, kitSubject } from './kit-subjects.ts'
import { tableOf, tableOnPage, writePage } from './page.ts'
import { markFirstSubject, powertoolsSubject } from './peer-subjects.ts'

const isPairs = process.env.PENSTOCK_CRASHES === 'pairs'

let lab: Lab
const endings: Record<string, readonly Ending[]> = {}
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.stop())

describe('whatever befalls a worker, at whichever of its calls', () => {
  for (const [name, one] of Object.entries(cases))
    it(
      `F40: scheme ${name} takes effect once, and each of its messages leaves once`,
      async () => {
        const all = await enumerate(kitSubject(lab, name, one))
        endings[name] = all
        expect(all.length).toBeGreaterThan(4)
        expect(all.filter((ending) => !isExact(ending))).toEqual([])
      },
      isPairs ? 600_000 : undefined,
    )

  it('F40: the same handler under Powertools idempotency doubles effects', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    try {
      endings.Powertools = await enumerate(await powertoolsSubject(lab))
    } finally {
      vi.useRealTimers()
    }
    const doubled = endings.Powertools.filter(({ effects }) => effects > 1)
    expect(new Set(doubled.map(({ history }) => history))).toEqual(
      new Set(['crash after', 'lose answer', 'outlives its lease', 'crash before']),
    )
  })

  it('F41: a mark that is made before the work loses messages', async () => {
    endings['mark first'] = await enumerate(await markFirstSubject(lab))
    expect(endings['mark first'].filter(({ effects }) => effects === 0).length).toBeGreaterThan(0)
  })

  it.skipIf(isPairs)('the page shows what this run has shown (PENSTOCK_PAGES=write writes it)', () => {
    const table = tableOf(endings)
    if (process.env.PENSTOCK_PAGES === 'write') writePage(table)
    expect(tableOnPage()).toBe(table)
  })
})
