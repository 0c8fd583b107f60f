import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    // Nothing here keeps state in a module, so each worker loads the SDK's clients and the local cloud once, not once a file.
    isolate: false,
    // Node.js runs the sources as they are, as everywhere else here: nothing is transformed, and imports cost less.
    experimental: { viteModuleRunner: false },
    sequence: { sequencer: LongestFirst },
    globalSetup: 'test/e2e/synth.ts',
    setupFiles: ['test/support/own-environment.ts'],
    // A limit on hangs, not on speed: CI machines are shared.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
