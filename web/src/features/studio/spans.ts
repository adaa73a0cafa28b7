/** Spans of days as the address of the page says them: the last so many days, or from one day to another. */

export const USUAL_DAYS = 28;
export const PRESETS = [7, 28, 365] as const;
export const LONGEST_DAYS = 731;
const DAY_MS = 86_400_000;

export interface Span {
  since: string;
  until: string;
  /** The preset that it is; null for days that somebody chose. */
  preset: number | null;
}

/** A UTC day as the API writes it. */
export function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The day so many days later, or earlier. */
export function addDays(day: string, days: number): string {
  return isoDay(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
}

/** How many days a span has, both its ends included. */
export function lengthOf({ since, until }: Pick<Span, 'since' | 'until'>): number {
  return Math.round((Date.parse(until) - Date.parse(since)) / DAY_MS) + 1;
}

/** Whether this is a day that exists, written as the API writes days. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && isoDay(at) === text;
}

/** The last so many days, today included. */
export function lastDays(days: number, now: number): Span {
  const until = isoDay(now);
  return { since: addDays(until, 1 - days), until, preset: days };
}

export type SpanTrouble = 'missing' | 'backwards' | 'long';

/** What is wrong with two days as a span; null when nothing is. */
export function troubleOf(since: string, until: string): SpanTrouble | null {
  if (!isDay(since) || !isDay(until)) return 'missing';
  if (since > until) return 'backwards';
  return lengthOf({ since, until }) > LONGEST_DAYS ? 'long' : null;
}

/** The span that an address asks for; the last four weeks where it asks for none, or for one that cannot be. */
export function spanOf(search: Record<string, unknown>, now: number): Span {
  const { since, until, days } = search;
  if (isDay(since) && isDay(until) && troubleOf(since, until) === null) return { since, until, preset: null };
  const preset = PRESETS.find((each) => each === Number(days)) ?? USUAL_DAYS;
  return lastDays(preset, now);
}

export interface Day {
  day: string;
  plays: number;
  hours: number;
}

/** Days added up seven by seven from the end, so that a year has weeks that are whole but for the first. */
export function weeksOf(days: readonly Day[]): Day[] {
  const weeks: Day[] = [];
  for (let end = days.length; end > 0; end -= 7) {
    const part = days.slice(Math.max(0, end - 7), end);
    weeks.unshift({
      day: part[0]?.day ?? '',
      plays: part.reduce((sum, each) => sum + each.plays, 0),
      hours: part.reduce((sum, each) => sum + each.hours, 0),
    });
  }
  return weeks;
}

/** For each day of the week, from Monday, the hours that it has on average; null for one that the span lacks. */
export function weekdaysOf(days: readonly Day[]): (number | null)[] {
  const sums = Array.from({ length: 7 }, () => ({ hours: 0, days: 0 }));
  for (const each of days) {
    const sum = sums[(new Date(`${each.day}T00:00:00Z`).getUTCDay() + 6) % 7];
    if (!sum) continue;
    sum.hours += each.hours;
    sum.days += 1;
  }
  return sums.map((each) => (each.days > 0 ? each.hours / each.days : null));
}
