/** Which sizes of picture may be played, and which comes first. */

export interface Rung {
  height: number;
  bandwidth: number;
}

const QUICK_HEIGHT = 480;
const AUDIO_BPS = 160_000;
const HEADROOM = 1.3;

/** The heights that a profile may choose, from the highest. With everything above the cap, the lowest stays. */
export function heightsWithin(rungs: readonly Rung[], cap: number | null): number[] {
  const all = [...new Set(rungs.map((each) => each.height))].sort((a, b) => b - a);
  const allowed = all.filter((height) => cap === null || height <= cap);
  return allowed.length > 0 ? allowed : all.slice(-1);
}

/** The rung whose first frame comes soon: the highest of at most 480 lines that the cap allows. */
export function firstRung(rungs: readonly Rung[], cap: number | null): Rung | null {
  const heights = heightsWithin(rungs, cap);
  const quick = heights.find((height) => height <= QUICK_HEIGHT) ?? heights.at(-1);
  const same = rungs.filter((each) => each.height === quick);
  return same.sort((a, b) => b.bandwidth - a.bandwidth)[0] ?? null;
}

/** The throughput to assume before any was measured, so that the first rung is chosen and not the one above it. */
export function startEstimate(rungs: readonly Rung[], cap: number | null): number {
  const first = firstRung(rungs, cap);
  if (!first) return 1_000_000;
  const above = rungs.filter((each) => each.height > first.height).map((each) => each.bandwidth);
  return Math.round(Math.min((first.bandwidth + AUDIO_BPS) * HEADROOM, ...above));
}

/** The heights that are left when one could not be decoded: those below it. */
export function below(rungs: readonly Rung[], height: number, cap: number | null): number | null {
  return heightsWithin(rungs, cap).find((each) => each < height) ?? null;
}
