import { describe, expect, it } from 'vitest';

import {
  bestOf,
  changeOf,
  headlineOf,
  rowFinding,
  titleFinding,
  weekdayFinding,
  type Insights,
} from './findings';
import { addDays } from './spans';

const figures = (some: Partial<Insights>): Insights => ({
  since: '2026-10-29',
  until: '2026-11-25',
  genre: null,
  plays: 100,
  hours: 80,
  completion: 0.7,
  viewers: 12,
  plays_before: 100,
  hours_before: 80,
  completion_before: 0.7,
  days: [],
  days_before: [],
  titles: [],
  rows: [],
  genres: [],
  ...some,
});
const title = (name: string, plays: number, completion: number | null) => ({
  title_id: name,
  name,
  year: 1999,
  plays,
  hours: plays,
  completion,
});
const row = (kind: string, shown: number, plays: number) => ({
  kind,
  shown,
  plays,
  rate: shown > 0 ? plays / shown : null,
});
const day = (at: number, hours: number, plays = 1) => ({ day: addDays('2026-11-02', at), plays, hours });

describe('the headline', () => {
  it('says that nobody has watched yet', () => {
    expect(headlineOf(figures({ plays: 0, plays_before: 0 }))).toEqual({ kind: 'nothing' });
  });

  it('says that nobody watches any more', () => {
    expect(headlineOf(figures({ plays: 0, plays_before: 3 }))).toEqual({ kind: 'stopped' });
  });

  it('compares with nothing where there was nothing', () => {
    expect(headlineOf(figures({ plays_before: 0, hours_before: 0 }))).toEqual({ kind: 'first' });
  });

  it.each([
    [90, 0.75, 'more', 'more'],
    [81, 0.71, 'same', 'same'],
    [40, 0.5, 'less', 'less'],
    [90, null, 'more', 'unknown'],
  ])('of %d hours, %d finished, says %s and %s', (hours, completion, more, finished) => {
    expect(headlineOf(figures({ hours, completion }))).toEqual({ kind: 'trend', hours: more, finished });
  });

  it('compares plays where no hours were counted before', () => {
    const found = headlineOf(figures({ hours: 0, hours_before: 0, plays: 200 }));
    expect(found).toMatchObject({ hours: 'more' });
  });
});

it('a change from nothing is no percentage', () => {
  expect(changeOf(5, 0)).toBeNull();
  expect(changeOf(110, 100)).toBeCloseTo(0.1);
});

describe('the best day', () => {
  it('is the one with the most', () => {
    expect(bestOf([day(0, 1), day(1, 4), day(2, 2)], 'hours')).toBe(1);
    expect(bestOf([day(0, 1, 9), day(1, 4, 2)], 'plays')).toBe(0);
  });

  it('is none where two days share it, or nothing was watched', () => {
    expect(bestOf([day(0, 4), day(1, 4)], 'hours')).toBeNull();
    expect(bestOf([day(0, 0), day(1, 0)], 'hours')).toBeNull();
    expect(bestOf([], 'hours')).toBeNull();
  });
});

describe('the days of the week', () => {
  const weeks = (hours: (weekday: number) => number) =>
    Array.from({ length: 14 }, (_, at) => day(at, hours(at % 7)));

  it('say nothing before two weeks', () => {
    expect(weekdayFinding(weeks((at) => at).slice(0, 13))).toEqual({ kind: 'few' });
    expect(weekdayFinding(weeks(() => 0))).toEqual({ kind: 'few' });
  });

  it('are even where none stands out', () => {
    expect(weekdayFinding(weeks((at) => 10 + at / 10))).toEqual({ kind: 'even' });
  });

  it('have one that leads, and how many times the least it is', () => {
    const found = weekdayFinding(weeks((at) => (at === 5 ? 6 : 2 + at / 10)));
    expect(found).toEqual({ kind: 'leads', most: 5, least: 0, times: 3 });
  });

  it('give no ratio to nothing', () => {
    expect(weekdayFinding(weeks((at) => (at === 6 ? 6 : 0)))).toMatchObject({ most: 6, times: null });
  });
});

describe('titles', () => {
  it('say nothing of nothing, and name the only one', () => {
    expect(titleFinding(figures({}))).toEqual({ kind: 'nothing' });
    expect(titleFinding(figures({ titles: [title('Heat', 1, 1)] }))).toEqual({ kind: 'only', name: 'Heat' });
  });

  it('tell what is finished from what is left, where both are played enough', () => {
    const titles = [title('Heat', 50, 0.4), title('Ran', 20, 0.9), title('Stalker', 2, 0)];
    expect(titleFinding(figures({ titles }))).toEqual({ kind: 'apart', best: 'Ran', worst: 'Heat' });
  });

  it('name the one that is played most otherwise', () => {
    const titles = [title('Heat', 50, 0.8), title('Ran', 20, 0.9)];
    expect(titleFinding(figures({ titles }))).toEqual({ kind: 'leads', name: 'Heat', share: 0.5 });
  });
});

describe('rows', () => {
  it('need to have been seen often enough', () => {
    expect(rowFinding([])).toEqual({ kind: 'nothing' });
    expect(rowFinding([row('trending', 9, 9)])).toEqual({ kind: 'few' });
    expect(rowFinding([row('trending', 900, 0)])).toEqual({ kind: 'none' });
  });

  it('name the kind that is played most for each time it is seen', () => {
    const found = rowFinding([row('trending', 900, 30), row('my_list', 40, 10), row('genre', 2, 2)]);
    expect(found).toEqual({ kind: 'leads', row: 'my_list', rate: 0.25 });
  });
});
