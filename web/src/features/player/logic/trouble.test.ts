import { describe, expect, it } from 'vitest';

import { Refusal } from '@/lib/api';

import {
  faultOfShaka,
  faultOfVideo,
  passes,
  remedyOf,
  trouble,
  troubleOfFault,
  troubleOfRefusal,
  waitBefore,
} from './trouble';

describe('a refusal', () => {
  it.each([
    [0, 'network'],
    [401, 'signedOut'],
    [403, 'forbidden'],
    [404, 'missing'],
    [409, 'streams'],
    [429, 'limited'],
    [500, 'server'],
    [503, 'server'],
    [422, 'unknown'],
  ])('of %i is %s', (status, kind) => {
    expect(troubleOfRefusal(new Refusal(status, {})).kind).toBe(kind);
  });

  it('for too many streams lists what plays, and nothing that is not what it should be', () => {
    const playing = [
      { play_session_id: 'a', title_id: 't', name: 'Heat', label: 'Firefox' },
      { name: 4 },
      null,
    ];
    const refusal = new Refusal(409, { playing } as object);
    expect(troubleOfRefusal(refusal).playing).toEqual([playing[0]]);
    expect(troubleOfRefusal(new Refusal(409, {})).playing).toEqual([]);
  });

  it('that is none is unknown', () => {
    expect(troubleOfRefusal(new TypeError('x')).kind).toBe('unknown');
  });
});

describe('a fault of the engine', () => {
  it.each([
    [{ code: 1002, category: 1 }, 'network'],
    [{ code: 1003, category: 1 }, 'network'],
    [{ code: 1001, category: 1, data: ['u', 503] }, 'server'],
    [{ code: 1001, category: 1, data: ['u', 404] }, 'missing'],
    [{ code: 3016, category: 3 }, 'decode'],
    [{ code: 3014, category: 3 }, 'decode'],
    [{ code: 4032, category: 4 }, 'unsupported'],
    [{ code: 4001, category: 4 }, 'unknown'],
  ])('%j means %s', (error, kind) => {
    expect(troubleOfFault(faultOfShaka(error))).toEqual(trouble(kind as never));
  });

  it('of being refused asks first whether the play session goes on', () => {
    expect(troubleOfFault(faultOfShaka({ code: 1001, category: 1, data: ['u', 403] }))).toBe('over');
  });

  it('of being interrupted by ourselves is none', () => {
    expect(troubleOfFault(faultOfShaka({ code: 7000, category: 7 }))).toBeNull();
    expect(troubleOfFault(faultOfVideo(1, true))).toBeNull();
  });

  it('of the browser’s own player is read too', () => {
    expect([2, 3, 4, 0].map((code) => faultOfVideo(code, true).kind)).toEqual([
      'network',
      'decode',
      'unsupported',
      'unknown',
    ]);
    expect(faultOfVideo(4, false).kind).toBe('network');
  });
});

describe('what is done about it', () => {
  it('is trying again by itself where time heals it', () => {
    expect((['network', 'server', 'limited'] as const).every((kind) => passes(trouble(kind)))).toBe(true);
    expect(
      (['missing', 'decode', 'signedOut', 'streams'] as const).some((kind) => passes(trouble(kind))),
    ).toBe(false);
  });

  it('comes later each time, and at least every quarter of a minute', () => {
    expect([0, 1, 2, 3, 4, 50].map(waitBefore)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('is a lower rung, then the browser’s own player, then words', () => {
    expect(remedyOf(0, true, true)).toBe('lower');
    expect(remedyOf(1, true, true)).toBe('hls');
    expect(remedyOf(0, false, true)).toBe('hls');
    expect(remedyOf(1, true, false)).toBeNull();
    expect(remedyOf(2, true, true)).toBeNull();
  });
});
