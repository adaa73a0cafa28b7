/** Titles of the catalogue, a page at a time, as several pages list them. */
import { infiniteQueryOptions } from '@tanstack/react-query';

import { api } from './api';

export type Sort = 'known' | 'newest' | 'name';
export const SORTS: readonly Sort[] = ['known', 'newest', 'name'];

interface Wanted {
  genre?: string;
  person?: string;
  sort: Sort;
}

const AT_ONCE = 36;

/** The titles of a genre or of a person, sorted. */
export const titlesQuery = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ['titles', wanted],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) =>
      api.get('/titles', { query: { ...wanted, limit: AT_ONCE, cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.next,
  });
