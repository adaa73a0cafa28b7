import { describe, expect, it } from 'vitest';

import type { Schemas } from '@/lib/api';

import { postersOf } from './tiles';

const face = (title_id: string, ...genres: string[]) => ({ title_id, genres }) as unknown as Schemas['Face'];
const ids = (chosen: Map<string, Schemas['Face'][]>) =>
  Object.fromEntries([...chosen].map(([genre, faces]) => [genre, faces.map((each) => each.title_id)]));

describe('the posters of genres', () => {
  const known = [face('a', 'Drama', 'War'), face('b', 'Drama'), face('c', 'Drama'), face('d', 'Drama')];

  it('are other titles for each genre, where there are enough; rare genres choose first', () => {
    expect(ids(postersOf(['Drama', 'War'], known))).toEqual({ War: ['a'], Drama: ['b', 'c', 'd'] });
  });

  it('are shared where there are too few', () => {
    expect(ids(postersOf(['Drama', 'War'], known.slice(0, 2)))).toEqual({ War: ['a'], Drama: ['b', 'a'] });
  });

  it('are none for a genre that no title of them has', () => {
    expect(ids(postersOf(['Western'], known))).toEqual({ Western: [] });
  });
});
