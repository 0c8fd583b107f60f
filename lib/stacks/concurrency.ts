/**
 * Invocations of one of the shop's consumers at a time. Two, with ten messages each, keep up with a shop; a local cloud pays for every
 * further one with a cold worker (100 generated invoices on 2 cores: 28 s of CPU instead of 36 with five). Here and not in shop.ts:
 * tools that explain it need no CDK.
 */
export const CONCURRENCY = 2
