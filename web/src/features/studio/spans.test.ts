import { describe, expect, it } from 'vitest';

import { addDays, isDay, lengthOf, spanOf, troubleOf, weekdaysOf, weeksOf } from './spans';

const NOW = Date.parse('2026-11-25T10:00:00Z');
const days = (count: number, first = '2026-11-02') =>
  Array.from({ length: count }, (_, at) => ({ day: addDays(first, at), plays: 1, hours: at }));

describe('a span', () => {
  it('is the last four weeks, today included, where the address says nothing', () => {
    expect(spanOf({}, NOW)).toEqual({ since: '2026-10-29', until: '2026-11-25', preset: 28 });
    expect(lengthOf(spanOf({}, NOW))).toBe(28);
  });

  it('is the preset that the address names', () => {
    expect(spanOf({ days: 7 }, NOW)).toEqual({ since: '2026-11-19', until: '2026-11-25', preset: 7 });
    expect(lengthOf(spanOf({ days: '365' }, NOW))).toBe(365);
  });

  it('is the days that the address names', () => {
    const asked = { since: '2026-11-01', until: '2026-11-10', days: 7 };
    expect(spanOf(asked, NOW)).toEqual({ since: '2026-11-01', until: '2026-11-10', preset: null });
  });

  it.each([
    { since: '2026-11-10', until: '2026-11-01' },
    { since: '2020-01-01', until: '2026-01-01' },
    { since: '2026-02-30', until: '2026-03-01' },
    { days: 9000 },
    { days: '<script>' },
  ])('is the usual one where the address makes no sense: %o', (asked) => {
    expect(spanOf(asked, NOW).preset).toBe(28);
  });
});

describe('what is wrong with a span', () => {
  it.each([
    ['', '2026-11-01', 'missing'],
    ['2026-11-02', '2026-11-01', 'backwards'],
    ['2020-01-01', '2026-01-01', 'long'],
    ['2026-11-01', '2026-11-01', null],
  ])('from %s to %s: %s', (since, until, wrong) => {
    expect(troubleOf(since, until)).toBe(wrong);
  });
});

it('a day exists, or is none', () => {
  expect(isDay('2024-02-29')).toBe(true);
  expect(isDay('2025-02-29')).toBe(false);
  expect(isDay(20250228)).toBe(false);
});

describe('weeks', () => {
  it('keep every play, and are whole at the end', () => {
    const weeks = weeksOf(days(30));
    expect(weeks.map((each) => each.plays)).toEqual([2, 7, 7, 7, 7]);
    expect(weeks.at(-1)?.day).toBe(addDays('2026-11-02', 23));
  });
});

describe('days of the week', () => {
  it('begin on Monday and are averages', () => {
    expect(weekdaysOf(days(14))).toEqual([3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]);
  });

  it('that the span lacks have no value', () => {
    expect(weekdaysOf(days(2))).toEqual([0, 1, null, null, null, null, null]);
  });
});
