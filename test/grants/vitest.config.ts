import { defineConfig } from 'vitest/config'

/** A run of its own beside `npm test`: it takes a shop through everything that can go wrong. */
export default defineConfig({
  test: {
    include: ['test/grants/*.grants.ts'],
    globalSetup: 'test/e2e/synth.ts',
    pool: 'threads',
    maxWorkers: 2,
    // A limit on hangs, not on speed: a machine may have others at work.
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
})
