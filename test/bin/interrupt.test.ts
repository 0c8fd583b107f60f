import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { shopAssembly } from '../e2e/running-shop.ts'

const program = fileURLToPath(new URL('../../bin/penstock.ts', import.meta.url))

/** Runs a command, sends Ctrl-C as soon as the text is there, and answers how it ended. */
function interrupted(args: readonly string[], text: RegExp): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    let sent = false
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (sent || !text.test(output)) return
      sent = true
      child.kill('SIGINT')
    })
    child.on('exit', (code) => resolve({ code, output }))
  })
}

const shop = async () => ['start', '--assembly', await shopAssembly()]

describe('Ctrl-C', () => {
  it('ends an empty cloud with exit code 0, after its one line', async () => {
    const { code, output } = await interrupted(['cloud', '--port', '0'], /^ready/)
    expect(code).toBe(0)
    expect(output).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/)
  })

  it('ends the shop in the middle of its orders, without waiting for them', async () => {
    const { code, output } = await interrupted([...(await shop()), '--port', '0'], /^invoices/m)
    expect(code).toBe(0)
    expect(output).toMatch(/^stopped before all was settled: nothing was reconciled$/m)
    expect(output).not.toMatch(/^serving|^Reconciliation/m)
  })

  it('is a failure where the exit code was to tell of the reconciliation', async () => {
    const { code, output } = await interrupted([...(await shop()), '--port', '0', '--exit'], /^invoices/m)
    expect(code).toBe(130)
    expect(output).not.toMatch(/^Reconciliation/m)
  })
})
