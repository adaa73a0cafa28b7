import { describe, expect, it } from 'vitest';

import { Refusal } from '@/lib/api';

import { BLANK, changesOf, draftOf, factsOf, nearest, refusedFields, troublesOf } from './drafts';

const heat: Parameters<typeof draftOf>[0] = {
  title_id: 'heat',
  name: 'Heat',
  year: 1995,
  kind: 'film',
  length_s: 10_203,
  certification: 'R',
  genres: ['Action', 'Crime'],
  has_media: false,
  directors: ['Michael Mann'],
  parent_id: null,
  number: null,
  poster: '/posters/heat-00000000.svg',
  is_withdrawn: false,
  media: 'none',
  synopsis: null,
  plays: 0,
  updated_at: '2026-11-25T09:00:00Z',
};
const draft = draftOf(heat);

describe('a draft', () => {
  it('of a title changes nothing by itself, not even its seconds', () => {
    expect(changesOf(heat, draft)).toEqual({ change: {}, back: {} });
    expect(changesOf(heat, { ...draft, name: ' Heat ' }).change).toEqual({});
  });

  it('says what changes, and what would change it back', () => {
    const next = {
      ...draft,
      year: '',
      minutes: '171',
      directors: 'Michael Mann\n\n Ang Lee ',
      certification: '',
    };
    expect(changesOf(heat, next)).toEqual({
      change: { year: null, length_s: 10_260, directors: ['Michael Mann', 'Ang Lee'], certification: null },
      back: { year: 1995, length_s: 10_203, directors: ['Michael Mann'], certification: 'R' },
    });
  });

  it('is right as it stands', () => {
    expect(troublesOf(draft)).toEqual({});
  });

  it.each([
    [{ name: '  ' }, { name: 'name' }],
    [{ name: 'x'.repeat(501) }, { name: 'nameLong' }],
    [{ year: '1869' }, { year: 'year' }],
    [{ year: '19 95' }, { year: 'year' }],
    [{ year: '2e3' }, { year: 'year' }],
    [{ minutes: '0' }, { minutes: 'minutes' }],
    [{ minutes: '-3' }, { minutes: 'minutes' }],
    [{ synopsis: 'x'.repeat(4001) }, { synopsis: 'synopsis' }],
    [{ directors: Array.from({ length: 11 }, (_, at) => `D${at}`).join('\n') }, { directors: 'directors' }],
  ])('is told what is wrong with %o', (some, troubles) => {
    expect(troublesOf({ ...draft, ...some })).toEqual(troubles);
  });

  it('that is blank has no facts but its emptiness', () => {
    expect(factsOf({ ...BLANK, name: 'Ran' })).toMatchObject({
      name: 'Ran',
      year: null,
      length_s: null,
      directors: [],
    });
  });
});

describe('a refusal', () => {
  it('is told at the fields that it is about', () => {
    const refusal = new Refusal(422, {
      errors: [
        { where: 'body.length_s', message: 'too long' },
        { where: 'body.genres.3', message: 'unknown' },
        { where: 'query.limit', message: 'elsewhere' },
      ],
    });
    expect(refusedFields(refusal)).toEqual({
      fields: { minutes: 'too long', genres: 'unknown' },
      rest: 'elsewhere',
    });
  });

  it('without a list has its one place, and its remedy', () => {
    const refusal = new Refusal(409, {
      detail: 'It is here.',
      where: 'body.name',
      remedy: 'Change that one.',
    });
    expect(refusedFields(refusal)).toEqual({ fields: { name: 'It is here. Change that one.' }, rest: null });
    expect(refusedFields(new Refusal(503, { detail: 'Down.' }))).toEqual({ fields: {}, rest: 'Down.' });
  });
});

it('the nearest titles are those that begin like the text', () => {
  const names = ['Aqua Teen Theaters', 'Body Heat', 'Heathers', 'Heat'].map((name) => ({ name }));
  expect(nearest(names, 'heat').map((each) => each.name)).toEqual([
    'Heat',
    'Heathers',
    'Body Heat',
    'Aqua Teen Theaters',
  ]);
});
