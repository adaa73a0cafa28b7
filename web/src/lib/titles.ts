/** Titles of the catalogue as several pages list them: sorted, a page at a time, and those like another. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api } from './api';
import type { Language } from './i18n';

export type Sort = 'known' | 'newest' | 'name';
export const SORTS: readonly Sort[] = ['known', 'newest', 'name'];

interface Wanted {
  genre?: string;
  person?: string;
  sort: Sort;
}

const AT_ONCE = 36;
const NEIGHBOURS = 18;

/** The titles of a genre or of a person, sorted. */
export const titlesQuery = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ['titles', wanted],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) =>
      api.get('/titles', { query: { ...wanted, limit: AT_ONCE, cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.next,
  });

/** The titles most like one, each with what it shares with it. */
export const similarQuery = (titleId: string, language: Language) =>
  queryOptions({
    queryKey: ['similar', titleId, language],
    queryFn: ({ signal }) =>
      api.get('/titles/{title_id}/similar', {
        path: { title_id: titleId },
        query: { limit: NEIGHBOURS, language },
        signal,
      }),
  });
