import { defineConfig } from 'vitest/config'

/** A run of its own beside `npm test`: it takes a shop through everything that can go wrong. */
export default defineConfig({
  test: {
    include: ['test/grants/*.grants.ts'],
    globalSetup: 'test/e2e/synth.ts',
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
