import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { speak } from '@/lib/i18n';

import { bytes, change, hours, instant, points, restOf, share, utcDay, utcSpan, weekday } from './figures';

vi.stubGlobal('document', { documentElement: {} });

describe('in English', () => {
  beforeAll(() => speak('en'));

  it.each([
    [0, '0\u00a0B'],
    [999, '999\u00a0B'],
    [1000, '1\u00a0kB'],
    [999_999, '1\u00a0MB'],
    [4_139_823, '4.1\u00a0MB'],
    [123_400_000, '123\u00a0MB'],
    [20e9, '20\u00a0GB'],
    [5e15, '5,000\u00a0TB'],
  ])('%d bytes are %s', (size, said) => {
    expect(bytes(size)).toBe(said);
  });

  it('changes have their sign', () => {
    expect([change(0.032), change(-0.5), change(0), change(3)]).toEqual(['+3.2%', '−50%', '0%', '+300%']);
    expect([points(0.04), points(-0.11), points(0)]).toEqual(['+4', '−11', '0']);
  });

  it('hours have a digit while they are few', () => {
    expect([hours(0.25), hours(41.26), hours(3961.4)]).toEqual(['0.3', '41.3', '3,961']);
  });

  it('a share that nobody knows is a dash', () => {
    expect([share(null), share(0.714)]).toEqual(['—', '71%']);
  });

  it('days are those of the world’s clock, wherever one is', () => {
    expect(utcDay('2026-11-14')).toBe('14 Nov');
    expect(utcSpan('2026-10-29', '2026-11-25')).toBe('29 October – 25 November 2026');
    expect([weekday(0), weekday(6)]).toEqual(['Monday', 'Sunday']);
  });

  it('an instant of today is a time', () => {
    const now = new Date(2026, 10, 25, 12, 0).getTime();
    expect(instant(new Date(2026, 10, 25, 9, 5).toISOString(), now)).toBe('09:05');
    expect(instant(new Date(2026, 10, 24, 9, 5).toISOString(), now)).toBe('24 Nov, 09:05');
  });
});

describe('in French', () => {
  beforeAll(() => speak('fr'));
  afterAll(() => speak('en'));

  it('sizes are octets, and numbers have commas', () => {
    expect(bytes(4_139_823)).toBe('4,1\u00a0Mo');
    expect(change(0.032)).toBe('+3,2\u00a0%');
    expect(hours(3961)).toBe('3\u00a0961');
    expect(weekday(5)).toBe('samedi');
  });
});

describe('what is left of a work', () => {
  it('is told once some of it is done', () => {
    expect(restOf(10, 0.5)).toBe(10);
    expect(restOf(30, 0.75)).toBe(10);
  });

  it('is not guessed before', () => {
    expect(restOf(1, 0.5)).toBeNull();
    expect(restOf(10, 0.01)).toBeNull();
    expect(restOf(10, 1)).toBeNull();
  });
});
