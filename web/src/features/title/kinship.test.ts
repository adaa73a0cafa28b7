import { describe, expect, it } from 'vitest';

import { kinship, saysMore } from './kinship';

const face = (facts: object) => ({
  title_id: 'a',
  name: 'A',
  year: 1995,
  genres: ['Crime', 'Action'],
  directors: ['Michael Mann'],
  ...facts,
});

describe('what two titles share', () => {
  it('is who made them, first', () => {
    expect(kinship(face({}), face({ genres: [] }))).toEqual({ kind: 'director', name: 'Michael Mann' });
  });

  it('is what they are, in the order of the first, with the years between', () => {
    const other = face({ directors: ['Luc Besson'], genres: ['Action', 'Drama', 'Crime'], year: 1997 });
    expect(kinship(face({}), other)).toEqual({ kind: 'genres', genres: ['Crime', 'Action'], apart: 2 });
  });

  it('leaves the years out where one is not known', () => {
    const other = face({ directors: [], year: null });
    expect(kinship(face({}), other)).toEqual({ kind: 'genres', genres: ['Crime', 'Action'], apart: null });
  });

  it('is the year where nothing else is', () => {
    expect(kinship(face({}), face({ directors: [], genres: ['War'] }))).toEqual({ kind: 'year', year: 1995 });
  });

  it('is nothing where nothing is known', () => {
    expect(kinship(face({}), face({ directors: [], genres: [], year: null }))).toBeNull();
  });
});

describe('a reason of the server', () => {
  const evidence = {
    kind: 'seed',
    title_id: 'a',
    person_id: null,
    name: 'A',
    value: 1,
    text: 'Because.',
  } as const;

  it('says nothing more when it names the title that the page is about', () => {
    expect(saysMore(evidence, 'a')).toBe(false);
    expect(saysMore(evidence, 'b')).toBe(true);
  });
});
