import { describe, expect, it } from 'vitest';

import { Refusal } from '@/lib/api';

import { wrongOf } from './words';

describe('a refusal', () => {
  it.each([
    [new Refusal(0, {}), 'all', 'account.wrong.offline'],
    [new Refusal(429, {}), 'all', 'account.wrong.often'],
    [new Refusal(401, {}), 'current', 'account.wrong.password'],
    [new Refusal(403, { where: 'password' }), 'current', 'account.wrong.password'],
    [new Refusal(403, {}), 'all', 'account.wrong.child'],
    [new Refusal(422, { where: 'new_password' }), 'new', 'account.wrong.weak'],
    [new Refusal(500, {}), 'all', 'account.wrong.other'],
    [new TypeError('odd'), 'all', 'account.wrong.other'],
  ])('%s is said where it is, as what it is', (error, where, words) => {
    expect(wrongOf(error)).toEqual({ where, words });
  });
});
