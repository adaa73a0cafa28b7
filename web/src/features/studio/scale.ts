/** Scales and ticks of the charts: pure, so that what is drawn can be checked without drawing it. */

export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

/** Map a span of values onto a span of pixels; a span of one value lies at its beginning. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain;
  const [from, to] = range;
  const factor = high === low ? 0 : (to - from) / (high - low);
  return Object.assign((value: number) => from + (value - low) * factor, { domain, range });
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The round step that divides a span into about `count` parts. */
export function niceStep(span: number, count: number): number {
  if (!(span > 0) || count < 1) return 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((each) => each * power >= rough * 0.999) ?? 10;
  return step * power;
}

/** Round values from 0 to one that is at or above `highest`: about `count` of them. */
export function ticks(highest: number, count = 3, isWhole = false): number[] {
  if (!(highest > 0)) return [0, 1];
  let step = niceStep(highest, count);
  if (isWhole) step = Math.max(1, Math.ceil(step));
  const parts = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: parts + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** Which of `length` places get a label: the first, the last, and others at even distances that have room. */
export function labelled(length: number, most: number): number[] {
  if (length <= 0) return [];
  if (length === 1) return [0];
  const step = Math.max(1, Math.ceil((length - 1) / Math.max(1, most - 1)));
  const places: number[] = [];
  for (let at = 0; at < length; at += step) places.push(at);
  const last = places.at(-1) ?? 0;
  if (last !== length - 1) {
    if (length - 1 - last < step * 0.75 && places.length > 1) places.pop();
    places.push(length - 1);
  }
  return places;
}

/** The path of a line through points. */
export function linePath(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** Move labels that stand at `places` apart, each by as little as it takes, so that they are `gap` from one another. */
export function apart(places: readonly number[], gap: number): number[] {
  const order = places.map((place, at) => ({ place, at })).sort((a, b) => a.place - b.place);
  for (let round = 0; round < order.length; round += 1) {
    for (let at = 1; at < order.length; at += 1) {
      const [above, below] = [order[at - 1], order[at]];
      if (!above || !below) continue;
      const missing = gap - (below.place - above.place);
      if (missing > 0) {
        above.place -= missing / 2;
        below.place += missing / 2;
      }
    }
  }
  const moved = [...places];
  for (const { place, at } of order) moved[at] = place;
  return moved;
}
