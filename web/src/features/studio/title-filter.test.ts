import { expect, it } from 'vitest';

import { filterOf } from './title-filter';

it('a filter is what the address asks for', () => {
  const asked = { q: 'heat', genre: 'Crime', kind: 'film', media: 'none', withdrawn: false, sort: 'plays' };
  expect(filterOf(asked)).toEqual(asked);
});

it('a film whose name is a number can be asked for', () => {
  expect(filterOf({ q: 1917 })).toEqual({ q: '1917' });
});

it('what makes no sense in an address is left out', () => {
  const asked = {
    q: ['x'],
    genre: '',
    kind: 'opera',
    media: 'vinyl',
    withdrawn: 'maybe',
    sort: 'height',
    other: 1,
  };
  expect(filterOf(asked)).toEqual({});
});
