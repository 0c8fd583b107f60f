import { afterAll } from 'vitest'

// Runs before each test file: what the file sets in the environment is gone for the next one of its worker.
const before = { ...process.env }

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
})
