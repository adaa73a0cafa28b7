import { describe, expect, it } from 'vitest';

import { apart, labelled, linear, linePath, niceStep, ticks } from './scale';

describe('a scale', () => {
  it('maps the ends of its domain onto the ends of its range', () => {
    const y = linear([0, 200], [150, 10]);
    expect([y(0), y(200), y(100)]).toEqual([150, 10, 80]);
  });

  it('puts a span of one value at the beginning, and divides by nothing', () => {
    expect(linear([3, 3], [10, 90])(3)).toBe(10);
  });
});

describe('ticks', () => {
  it.each([
    [268, [0, 100, 200, 300]],
    [1, [0, 0.5, 1]],
    [0.9, [0, 0.5, 1]],
    [41, [0, 20, 40, 60]],
  ])('up to %d are round and reach it', (highest, expected) => {
    expect(ticks(highest)).toEqual(expected);
  });

  it('of plays are whole', () => {
    expect(ticks(1, 3, true)).toEqual([0, 1]);
    expect(ticks(2, 3, true)).toEqual([0, 1, 2]);
    expect(ticks(7, 3, true)).toEqual([0, 3, 6, 9]);
  });

  it('of nothing still make an axis', () => {
    expect(ticks(0)).toEqual([0, 1]);
    expect(ticks(Number.NaN)).toEqual([0, 1]);
  });

  it('always reach the highest value, without a step too many', () => {
    for (let highest = 0.01; highest < 1e6; highest *= 1.37) {
      const made = ticks(highest);
      const [step, last] = [made[1]!, made.at(-1)!];
      expect(last).toBeGreaterThanOrEqual(highest * 0.999999);
      expect(last - step).toBeLessThan(highest);
      expect(made.length).toBeLessThan(7);
    }
  });

  it('have a step of 1 where there is no span', () => {
    expect(niceStep(0, 3)).toBe(1);
  });
});

describe('labels', () => {
  it('are on the first and the last place, without crowding', () => {
    expect(labelled(28, 5)).toEqual([0, 7, 14, 21, 27]);
    expect(labelled(7, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(labelled(1, 5)).toEqual([0]);
    expect(labelled(0, 5)).toEqual([]);
  });

  it('are never more than there is room for', () => {
    for (let length = 2; length < 200; length += 1) {
      const places = labelled(length, 6);
      expect(places[0]).toBe(0);
      expect(places.at(-1)).toBe(length - 1);
      expect(places.length).toBeLessThanOrEqual(7);
      expect(new Set(places).size).toBe(places.length);
    }
  });

  it('that would touch are moved apart, both a little', () => {
    expect(apart([50, 54], 18)).toEqual([43, 61]);
    expect(apart([54, 50], 18)).toEqual([61, 43]);
    expect(apart([10, 90], 18)).toEqual([10, 90]);
  });
});

it('a line begins where its first point is', () => {
  expect(
    linePath([
      [0, 1],
      [2.25, 3],
    ]),
  ).toBe('M0.0 1.0L2.3 3.0');
});
