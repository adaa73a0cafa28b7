import { describe, expect, it } from 'vitest';

import { ALL_STARS, litShare, toHalf } from './stars';

describe('stars', () => {
  it('go from half a star to five', () => {
    expect(ALL_STARS).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]);
  });

  it('are lit whole, half, or not', () => {
    expect([0, 1, 2, 3, 4].map((at) => litShare(2.5, at))).toEqual([1, 1, 0.5, 0, 0]);
    expect([0, 4].map((at) => litShare(null, at))).toEqual([0, 0]);
    expect([0, 4].map((at) => litShare(5, at))).toEqual([1, 1]);
  });

  it('take a finer rating to the nearest half, never to none', () => {
    expect([3.8, 0.1, 5, null].map(toHalf)).toEqual([4, 0.5, 5, null]);
  });
});
