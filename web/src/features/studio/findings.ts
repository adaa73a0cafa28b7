/**
 * What the figures say, before it is said: each chart opens with a finding, and a finding is only made where the
 * numbers bear it. The words are in the messages; these functions decide which of them are true.
 */
import type { Schemas } from '@/lib/api';

import { weekdaysOf, type Day } from './spans';

export type Insights = Schemas['Insights'];
export type Trend = 'more' | 'same' | 'less';
export type Metric = 'hours' | 'plays';

/** Below this share of change, two spans are as good as alike. */
const ALIKE = 0.05;
/** Below so many points of completion, likewise. */
const ALIKE_POINTS = 0.02;
/** A title, or a kind of row, that fewer plays or views speak for is not held up as an example. */
const FEWEST_PLAYS = 5;
const FEWEST_SHOWN = 20;
/** How many titles the table shows before it is asked for more: a finding is about what is seen. */
export const TITLES_SHOWN = 8;
/** So far apart are two titles of which one "is finished" and the other "is left". */
const FAR_POINTS = 0.2;
/** So much more than the least watched weekday makes one that stands out. */
const STANDS_OUT = 1.25;

/** How a number compares with the one before; null where there is nothing to compare with. */
export function changeOf(now: number, before: number): number | null {
  return before > 0 ? (now - before) / before : null;
}

function trendOf(change: number, alike: number): Trend {
  if (Math.abs(change) < alike) return 'same';
  return change > 0 ? 'more' : 'less';
}

export type Headline =
  | { kind: 'nothing' }
  | { kind: 'first' }
  | { kind: 'stopped' }
  | { kind: 'trend'; hours: Trend; finished: Trend | 'unknown' };

/** The one sentence about the whole span. */
export function headlineOf(of: Insights): Headline {
  if (of.plays === 0) return { kind: of.plays_before === 0 ? 'nothing' : 'stopped' };
  if (of.plays_before === 0) return { kind: 'first' };
  const change = changeOf(of.hours, of.hours_before) ?? changeOf(of.plays, of.plays_before) ?? 0;
  const finished =
    of.completion === null || of.completion_before === null
      ? 'unknown'
      : trendOf(of.completion - of.completion_before, ALIKE_POINTS);
  return { kind: 'trend', hours: trendOf(change, ALIKE), finished };
}

/** The place of the day with the most; null where there is none, or where two share it. */
export function bestOf(days: readonly Day[], metric: Metric): number | null {
  const highest = Math.max(0, ...days.map((each) => each[metric]));
  if (highest === 0) return null;
  const places = days.flatMap((each, at) => (each[metric] === highest ? [at] : []));
  return places.length === 1 ? (places[0] ?? null) : null;
}

export type WeekdayFinding =
  { kind: 'few' } | { kind: 'even' } | { kind: 'leads'; most: number; least: number; times: number | null };

/** Which day of the week people watch most; two whole weeks at least must have gone by. */
export function weekdayFinding(days: readonly Day[]): WeekdayFinding {
  const averages = weekdaysOf(days);
  if (days.length < 14 || averages.every((each) => !each)) return { kind: 'few' };
  const hours = averages.map((each) => each ?? 0);
  const [high, low] = [Math.max(...hours), Math.min(...hours)];
  if (low > 0 && high / low < STANDS_OUT) return { kind: 'even' };
  if (hours.filter((each) => each === high).length > 1) return { kind: 'even' };
  return {
    kind: 'leads',
    most: hours.indexOf(high),
    least: hours.indexOf(low),
    times: low > 0 ? high / low : null,
  };
}

export type TitleFinding =
  | { kind: 'nothing' }
  | { kind: 'apart'; best: string; worst: string }
  | { kind: 'leads'; name: string; share: number }
  | { kind: 'only'; name: string };

/** What the titles that were played have to say. */
export function titleFinding(of: Insights): TitleFinding {
  const [first, second] = of.titles;
  if (!first) return { kind: 'nothing' };
  if (!second) return { kind: 'only', name: first.name };
  const known = of.titles
    .slice(0, TITLES_SHOWN)
    .filter((each) => each.plays >= FEWEST_PLAYS && each.completion !== null)
    .sort((a, b) => (b.completion ?? 0) - (a.completion ?? 0));
  const [best, worst] = [known[0], known.at(-1)];
  if (best && worst && (best.completion ?? 0) - (worst.completion ?? 0) >= FAR_POINTS) {
    return { kind: 'apart', best: best.name, worst: worst.name };
  }
  return { kind: 'leads', name: first.name, share: first.plays / of.plays };
}

export type RowFinding =
  { kind: 'nothing' } | { kind: 'few' } | { kind: 'none' } | { kind: 'leads'; row: string; rate: number };

/** Which kind of row is played most for each time that it is seen. */
export function rowFinding(rows: Insights['rows']): RowFinding {
  if (rows.length === 0) return { kind: 'nothing' };
  if (rows.every((each) => each.plays === 0)) return { kind: 'none' };
  const [best] = rows
    .filter((each) => each.shown >= FEWEST_SHOWN && each.rate !== null)
    .sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0));
  return best && best.plays > 0 ? { kind: 'leads', row: best.kind, rate: best.rate ?? 0 } : { kind: 'few' };
}
