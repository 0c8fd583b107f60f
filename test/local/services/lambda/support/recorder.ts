import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Prefix of a function's source: `record(value)` makes the value known to the test. */
export const recording = `import { appendFileSync } from 'node:fs'
const record = (value) => appendFileSync(process.env.RECORDS, JSON.stringify(value) + '\\n')
`

export interface Recorder {
  /** To be the function's environment. */
  readonly Environment: { readonly Variables: Record<string, string> }
  /** What was recorded since the last call, in order. */
  taken<T>(): T[]
  remove(): void
}

export function recorder(variables: Record<string, string> = {}): Recorder {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-test-'))
  const path = join(folder, 'records')
  let at = 0
  return {
    Environment: { Variables: { RECORDS: path, ...variables } },
    taken: <T>() => {
      let text = ''
      try {
        text = readFileSync(path, 'utf8')
      } catch {
        // Nothing was recorded yet.
      }
      const lines = text.split('\n').slice(0, -1)
      const fresh = lines.slice(at)
      at = lines.length
      return fresh.map((line) => JSON.parse(line) as T)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
