import { describe, expect, it } from 'vitest';

import { filled, segmentAt, segmentsOf, stepChapter } from './chapters';
import { proposalAt, proposesFrom } from './ending';
import { below, firstRung, heightsWithin, startEstimate } from './rungs';
import { exactText, placeText, spoken, within } from './times';

describe('times', () => {
  it('are hours and minutes in a long film, minutes and seconds in a short one', () => {
    expect(placeText(2460, 6300)).toBe('0\u00a0h\u00a041');
    expect(placeText(41, 90)).toBe('0:41');
    expect(exactText(723, 6300)).toBe('0:12:03');
  });

  it('are said in words', () => {
    expect([0, 7, 60, 3661].map(spoken)).toEqual([
      '0 seconds',
      '7 seconds',
      '1 minute',
      '1 hour 1 minute 1 second',
    ]);
  });

  it('stay within bounds', () => {
    expect([within(-1, 0, 5), within(9, 0, 5), within(3, 0, 5), within(3, 0, -1)]).toEqual([0, 5, 3, 0]);
  });
});

describe('chapters', () => {
  const marks = [
    { start_s: 8, name: 'Two' },
    { start_s: 0, name: '1' },
    { start_s: 16, name: 'Three' },
    { start_s: 400, name: 'beyond' },
  ];
  const segments = segmentsOf(marks, 24);

  it('fill the film without a gap, in order; a number is no name', () => {
    expect(segments).toEqual([
      { start_s: 0, end_s: 8, name: '' },
      { start_s: 8, end_s: 16, name: 'Two' },
      { start_s: 16, end_s: 24, name: 'Three' },
    ]);
  });

  it('are one where nobody named any, and begin at the beginning', () => {
    expect(segmentsOf([], 60)).toEqual([{ start_s: 0, end_s: 60, name: '' }]);
    expect(segmentsOf([{ start_s: 20, name: 'Late' }], 60)[0]).toEqual({ start_s: 0, end_s: 20, name: '' });
  });

  it('tell where a moment lies, and how much of each is over', () => {
    expect([0, 8, 15.9, 23, 99].map((at) => segmentAt(segments, at))).toEqual([0, 1, 1, 2, 2]);
    expect(segments.map((each) => filled(each, 12))).toEqual([1, 0.5, 0]);
  });

  it('are stepped through: back leads to the beginning of this one first', () => {
    expect(stepChapter(segments, 12, 1)).toBe(16);
    expect(stepChapter(segments, 14, -1)).toBe(8);
    expect(stepChapter(segments, 9, -1)).toBe(0);
    expect(stepChapter(segments, 20, 1)).toBe(24);
  });
});

describe('rungs', () => {
  const ladder = [
    { height: 480, bandwidth: 1_000_000 },
    { height: 1080, bandwidth: 4_000_000 },
    { height: 720, bandwidth: 2_000_000 },
  ];

  it('begin with the highest of at most 480 lines', () => {
    expect(firstRung(ladder, null)?.height).toBe(480);
    expect(firstRung([{ height: 720, bandwidth: 1 }], null)?.height).toBe(720);
    expect(firstRung([], null)).toBeNull();
  });

  it('are assumed a throughput that chooses this one and not the next', () => {
    const estimate = startEstimate(ladder, null);
    expect(estimate).toBeGreaterThan(1_000_000 / 0.95);
    expect(estimate).toBeLessThanOrEqual(2_000_000);
  });

  it('stay below the cap of the profile, and are never none', () => {
    expect(heightsWithin(ladder, 720)).toEqual([720, 480]);
    expect(heightsWithin(ladder, 144)).toEqual([480]);
  });

  it('go down when one cannot be decoded', () => {
    expect([below(ladder, 1080, null), below(ladder, 480, null)]).toEqual([720, null]);
  });
});

describe('the end of a film', () => {
  const ending = { duration_s: 600, credits_at_s: 540, hasNext: true, autoplay: true };
  const at = (time_s: number, more = {}) => ({ time_s, hasEnded: false, isDeclined: false, ...more });

  it('proposes the next episode from the credits on, or in the last moments', () => {
    expect(proposesFrom(ending)).toBe(540);
    expect(proposesFrom({ ...ending, credits_at_s: null })).toBe(585);
    expect(proposesFrom({ ...ending, duration_s: 20, credits_at_s: null })).toBeCloseTo(19.4);
  });

  it('counts down only where the profile wants it', () => {
    expect(proposalAt(ending, at(100))).toBe('none');
    expect(proposalAt(ending, at(550))).toBe('countdown');
    expect(proposalAt({ ...ending, autoplay: false }, at(550))).toBe('offer');
    expect(proposalAt({ ...ending, hasNext: false }, at(550))).toBe('none');
  });

  it('takes no for an answer', () => {
    expect(proposalAt(ending, at(550, { isDeclined: true }))).toBe('none');
    expect(proposalAt(ending, at(600, { isDeclined: true, hasEnded: true }))).toBe('offer');
  });
});
