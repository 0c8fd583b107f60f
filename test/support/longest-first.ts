import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Of these each takes longer than a hundredth of the whole run. */
const LONGEST = [
  'e2e/shop',
  'messaging/load',
  'flows/shop',
  'lib/outage',
  'life/life',
  'lib/synth',
  'local/gateway/round-trip',
  'messaging/request-reply',
  'docs/failures',
  'messaging/saga/running',
  'messaging/large-messages',
  'rooms',
  'bin/parked/parked',
  'bin/interrupt',
].map((name) => `/test/${name}.test.ts`)

/**
 * Begins with the files that take longest, so that no worker is left with one of them at the end. Vitest knows how long files took where it
 * ran before; on a fresh clone it goes by their size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((end) => moduleId.endsWith(end))
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
