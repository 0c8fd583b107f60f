const MULTIPLIER = 0x5deece66dn
const MASK = (1n << 48n) - 1n

/** First `nextDouble()` of a java.util.Random with the seed, which is what AWS draws from. */
export function javaRandom(seed: number): number {
  const first = next((BigInt(seed) ^ MULTIPLIER) & MASK)
  const second = next(first)
  return Number(((first >> 22n) << 27n) + (second >> 21n)) / 2 ** 53
}

const next = (state: bigint): bigint => (state * MULTIPLIER + 0xbn) & MASK
