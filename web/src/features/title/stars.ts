/** Stars go from half a star to five, by halves. */
export const STEP = 0.5;
export const MOST = 5;

/** Every number of stars that can be given, fewest first. */
export const ALL_STARS: readonly number[] = Array.from({ length: MOST / STEP }, (_, at) => (at + 1) * STEP);

/** How much of the star that stands at a place (0 to 4) is lit: 0, one half, or 1. */
export function litShare(rating: number | null, at: number): 0 | 0.5 | 1 {
  const over = (rating ?? 0) - at;
  if (over >= 1) return 1;
  return over >= STEP ? STEP : 0;
}

/** The stars nearest to a rating that may have come from elsewhere with finer steps; null stays null. */
export function toHalf(rating: number | null): number | null {
  return rating === null ? null : Math.min(MOST, Math.max(STEP, Math.round(rating / STEP) * STEP));
}
