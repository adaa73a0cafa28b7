import { describe, expect, it } from 'vitest';

import { byDay, shareOf } from './days';

const at = (...parts: [number, number, number, number, number]) => ({
  watched_at: new Date(...parts).toISOString(),
});
const NOW = new Date(2026, 10, 25, 9, 0);

describe('days', () => {
  it('part at midnight where the viewer is, and keep their order', () => {
    const watched = [
      at(2026, 10, 25, 0, 5),
      at(2026, 10, 24, 23, 55),
      at(2026, 10, 24, 8, 0),
      at(2026, 9, 1, 8, 0),
    ];
    const days = byDay(watched, NOW);
    expect(days.map((day) => [day.key, day.ago, day.items.length])).toEqual([
      ['2026-11-25', 0, 1],
      ['2026-11-24', 1, 2],
      ['2026-10-1', 55, 1],
    ]);
  });

  it('are none when nothing was watched', () => {
    expect(byDay([], NOW)).toEqual([]);
  });
});

describe('the share of a title', () => {
  it.each([
    [{ position_s: 50, duration_s: 200, is_played: false }, 0.25],
    [{ position_s: 300, duration_s: 200, is_played: false }, 1],
    [{ position_s: 10, duration_s: null, is_played: false }, null],
    [{ position_s: 0, duration_s: null, is_played: true }, 1],
  ])('of %o is %s', (item, share) => {
    expect(shareOf(item)).toBe(share);
  });
});
