import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    // A limit on hangs, not on speed: CI machines are shared.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
