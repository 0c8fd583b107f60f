import { localStacks } from '../../bin/deploy/local-cloud.ts'
import type { Target } from '../../bin/deploy/target.ts'

/** Health pages by which emulators are known; LocalStack's last, because others answer it too. */
const pages = [
  ['MiniStack', '/_ministack/health'],
  ['Floci', '/_floci/health'],
  ['LocalStack', '/_localstack/health'],
] as const

/** What answers at a target. */
export async function backendAt(target: Target): Promise<string> {
  if (target.endpoint === undefined) return 'AWS'
  if (await localStacks(target)) return 'local cloud'
  for (const [name, path] of pages) {
    const answer = await fetch(new URL(path, target.endpoint)).catch(() => undefined)
    if (answer?.ok) return name
  }
  return 'another'
}
