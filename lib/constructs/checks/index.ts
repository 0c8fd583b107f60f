import { Annotations } from 'aws-cdk-lib'
import type { Construct, IConstruct } from 'constructs'
import type { System } from '../system.ts'
import { concurrency } from './concurrency.ts'
import { contractProblems } from './contracts.ts'
import { limitProblems } from './limits.ts'
import { isOutdated, lockOf, lockProblems, writeLock } from './lock-file.ts'
import { nameProblems } from './name-lengths.ts'

export interface Locking {
  readonly file: string
  /** What is new is recorded where somebody can commit it, and refused where nobody can. */
  readonly newInLock: 'record' | 'refuse'
}

/** Checks the whole system at synth, and tells everything that is wrong at once. */
export function checkAtSynth(backbone: Construct, system: System, locking: Locking): void {
  backbone.node.addValidation({
    validate: () => {
      const app = backbone.node.root
      const { problem, warning } = concurrency(system)
      if (warning) Annotations.of(backbone).addWarningV2('penstock:concurrency', warning)
      const problems = [...nameProblems(system), ...contractProblems(system), ...limitProblems(app)]
      if (problem) problems.push(problem)
      return [...problems, ...lockChecks(app, system, locking)]
    },
  })
}

function lockChecks(app: IConstruct, system: System, { file, newInLock }: Locking): readonly string[] {
  const current = lockOf(app, system)
  const problems = lockProblems(file, current)
  if (problems.length > 0 || !isOutdated(file, current)) return problems
  if (newInLock === 'refuse') return [`${file} is out of date: synthesize and commit it`]
  writeLock(file, current)
  return []
}
