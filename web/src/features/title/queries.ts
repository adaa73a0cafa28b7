/** What the page of a title asks the server. */
import { queryOptions } from '@tanstack/react-query';

import { api } from '@/lib/api';

/** Everything that is known of a title. */
export const titleQuery = (titleId: string) =>
  queryOptions({
    queryKey: ['title', titleId],
    queryFn: ({ signal }) => api.get('/titles/{title_id}', { path: { title_id: titleId }, signal }),
  });

/** The seasons of a series, with what the profile saw of them. */
export const seasonsQuery = (profileId: string, titleId: string) =>
  queryOptions({
    queryKey: ['seasons', profileId, titleId],
    staleTime: 0,
    queryFn: ({ signal }) =>
      api.get('/profiles/{profile_id}/titles/{title_id}/seasons', {
        path: { profile_id: profileId, title_id: titleId },
        signal,
      }),
  });
