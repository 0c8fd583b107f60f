import { expect, it } from 'vitest'
import { turns } from '../../messaging/runtime/turns.ts'

it('a turn that hangs past its invocation does not keep later ones waiting', async () => {
  const inTurn = turns()
  const invocation = new AbortController()
  void inTurn(() => new Promise(() => {}), invocation.signal)
  const behind = inTurn(async () => 'done', new AbortController().signal)
  invocation.abort()
  expect(await behind).toBe('done')
})
