const FIRST_MS = 1_000
const LONGEST_MS = 600_000

/**
 * The wait before retry `retry` (from 1): doubling, at most ten minutes, with jitter that `draw` in [0, 1) picks from
 * the upper half. 185 retries then take about a day, as EventBridge's and Scheduler's defaults want it.
 */
export const retryDelay = (retry: number, draw: number): number =>
  Math.round(Math.min(FIRST_MS * 2 ** Math.min(retry - 1, 20), LONGEST_MS) * (0.5 + draw / 2))
