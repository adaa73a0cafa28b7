import { expect, it } from 'vitest';

import { Pace } from './pace';

it('a pace is not told before it can be', () => {
  const pace = new Pace();
  expect(pace.bytesPerS).toBeNull();
  pace.note(0, 0);
  pace.note(1000, 500);
  expect([pace.bytesPerS, pace.restS(100)]).toEqual([null, null]);
});

it('a pace is that of the last seconds', () => {
  const pace = new Pace();
  for (let s = 0; s <= 60; s += 1) pace.note(s * 1000, s <= 50 ? s * 100 : 5000 + (s - 50) * 1000);
  expect(pace.bytesPerS).toBe(1000);
  expect(pace.restS(5000)).toBe(5);
});

it('nothing sent for seconds is no pace, and no time is told', () => {
  const pace = new Pace();
  pace.note(0, 700);
  pace.note(5000, 700);
  expect([pace.bytesPerS, pace.restS(100)]).toEqual([0, null]);
});

it('after a pause only what comes counts', () => {
  const pace = new Pace();
  pace.note(0, 0);
  pace.note(2000, 2000);
  pace.forget();
  expect(pace.bytesPerS).toBeNull();
});
