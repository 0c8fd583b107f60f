import type { ConsumerDeclaration } from '../../messaging/index.ts'

/** On-demand prices of us-east-1 per million (AWS's pages on S3 and DynamoDB pricing, 2026), in dollars. */
const PUT = 5
const GET = 0.4
const WRITE_UNIT = 0.625

/** What bodies that wait in S3 (claim checks) cost beside the table, in S3's requests and in write units of the same price. */
export function claimsOf({ on, publishes, sends }: ConsumerDeclaration): readonly string[] {
  const received = on === 'every event' ? [] : on.filter(({ claimCheck }) => claimCheck)
  const sent = [...publishes, ...sends].filter(({ claimCheck }) => claimCheck)
  return [
    ...received.map(({ name }) => `${name}: 1 GET at each attempt, where its body is in S3 (${asWrites(GET)})`),
    ...sent.map(
      ({ name }) =>
        `${name}: 1 PUT for each body over 8 KiB, at each attempt (${asWrites(PUT)}), and its storage for 60 days`,
    ),
  ]
}

const asWrites = (price: number): string => `the price of ${Number((price / WRITE_UNIT).toFixed(1))} WCU`
