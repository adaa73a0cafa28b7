/** Chapters as the segments of the scrubber. */

export interface Segment {
  start_s: number;
  end_s: number;
  name: string;
}

interface Mark {
  start_s: number;
  name: string;
}

const SHORTEST_S = 0.5;

/** The segments that fill a film from its beginning to its end, without a gap; one where nobody named chapters. A number is no name. */
export function segmentsOf(chapters: readonly Mark[], duration_s: number): Segment[] {
  const end_s = Math.max(duration_s, SHORTEST_S);
  const marks = [...chapters]
    .filter(({ start_s }) => start_s >= 0 && start_s <= end_s - SHORTEST_S)
    .sort((a, b) => a.start_s - b.start_s)
    .filter((mark, at, all) => at === 0 || mark.start_s - (all[at - 1]?.start_s ?? 0) >= SHORTEST_S);
  const first = marks[0];
  const begun = first && first.start_s < SHORTEST_S ? [{ ...first, start_s: 0 }, ...marks.slice(1)] : marks;
  const whole = first && first.start_s < SHORTEST_S ? begun : [{ start_s: 0, name: '' }, ...begun];
  const nameOf = (name: string) => (/^\d*$/.test(name.trim()) ? '' : name);
  return whole.map(({ start_s, name }, at) => ({
    start_s,
    name: nameOf(name),
    end_s: whole[at + 1]?.start_s ?? end_s,
  }));
}

/** Which segment a moment lies in. */
export function segmentAt(segments: readonly Segment[], at_s: number): number {
  const after = segments.findIndex(({ start_s }) => start_s > at_s);
  return after === -1 ? segments.length - 1 : Math.max(0, after - 1);
}

/** How much of a segment lies before a moment, from 0 to 1. */
export function filled({ start_s, end_s }: Segment, at_s: number): number {
  return Math.min(1, Math.max(0, (at_s - start_s) / (end_s - start_s)));
}

/** Where going back or on by a chapter leads: back goes to the beginning of this one first. */
export function stepChapter(segments: readonly Segment[], at_s: number, step: 1 | -1): number {
  const here = segmentAt(segments, at_s);
  const start_s = segments[here]?.start_s ?? 0;
  if (step === 1) return segments[here + 1]?.start_s ?? segments[here]?.end_s ?? at_s;
  return at_s - start_s > 3 ? start_s : (segments[here - 1]?.start_s ?? 0);
}
