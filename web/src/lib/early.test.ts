import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { dropEarly, takeEarly } from './early';

const NOW = 1_000;
const ada = { session: 'ada', language: 'fr', now: NOW };
const HOME = '/api/v1/profiles/p/home';

function asked(answer: Promise<Response>): void {
  window.cinocheEarly = {
    session: 'ada',
    language: 'fr',
    until: NOW + 10,
    answers: new Map([[HOME, answer]]),
  };
}

describe('an answer that was asked for early', () => {
  beforeEach(() => vi.stubGlobal('window', {}));
  afterEach(() => vi.unstubAllGlobals());

  it('is given once', async () => {
    const answer = new Response('{}');
    asked(Promise.resolve(answer));
    expect(await takeEarly(HOME, ada)).toBe(answer);
    expect(takeEarly(HOME, ada)).toBeNull();
  });

  it('is given for its own address only', () => {
    asked(Promise.resolve(new Response('{}')));
    expect(takeEarly('/api/v1/me', ada)).toBeNull();
    expect(takeEarly(HOME, ada)).not.toBeNull();
  });

  it.each([
    ['another session', { ...ada, session: 'bob' }],
    ['nobody', { ...ada, session: null }],
    ['another language', { ...ada, language: 'en' }],
    ['somebody who comes much later', { ...ada, now: NOW + 11 }],
  ])('is not for %s, and is gone then', (_, other) => {
    asked(Promise.resolve(new Response('{}')));
    expect(takeEarly(HOME, other)).toBeNull();
    expect(takeEarly(HOME, ada)).toBeNull();
  });

  it('is forgotten when something is changed', () => {
    asked(Promise.resolve(new Response('{}')));
    dropEarly();
    expect(takeEarly(HOME, ada)).toBeNull();
  });

  it('that did not arrive is none', async () => {
    asked(Promise.reject(new TypeError('no network')));
    expect(await takeEarly(HOME, ada)).toBeNull();
  });
});
