import { expect, test } from 'vitest'
import { Host, type Slot } from '../../../../local/services/lambda/runtime/host.ts'

/** Whether a place was given, after everything that was ready has run. */
const given = async (place: Promise<Slot>): Promise<boolean> => {
  let done = false
  void place.then(() => {
    done = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

test('no more than the bound run at once, and places are given in the order asked', async () => {
  const host = new Host(2, 100)
  const [first] = [await host.wait(), await host.wait()]
  const [third, fourth] = [host.wait(), host.wait()]
  expect([await given(third), await given(fourth)]).toEqual([false, false])
  first.release()
  expect([await given(third), await given(fourth)]).toEqual([true, false])
})

test('who waits takes up no place, and going on needs none', async () => {
  const host = new Host(1, 100)
  const first = await host.wait()
  const second = host.wait()
  first.working(false)
  expect(await given(second)).toBe(true)
  first.working(true)
  const third = host.wait()
  ;(await second).release()
  expect(await given(third)).toBe(false)
  first.release()
  expect(await given(third)).toBe(true)
})

test('a thread that does nothing takes up no place; it is looked at only while somebody waits', async () => {
  const host = new Host(1, 100)
  const first = await host.wait()
  first.observe(() => 0)
  await expect(host.wait()).resolves.toBeDefined()
})

test('memory bounds all that are in an invocation, but for those that another one waits for', async () => {
  const host = new Host(10, 2)
  const sleeping = [await host.wait(), await host.wait()]
  for (const slot of sleeping) slot.working(false)
  const more = host.wait()
  expect(await given(more)).toBe(false)
  expect(await given(host.wait(true))).toBe(true)
  expect(await given(more)).toBe(false)
})
