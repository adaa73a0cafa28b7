/**
 * What a profile does with titles: optimistic, undoable, and told to the page (`lib/moves`), which then changes.
 */
import { queryOptions, useQuery } from '@tanstack/react-query';

import { api, type Schemas } from './api';
import { t } from './i18n';
import { move, type MoveKind } from './moves';
import { queryClient } from './query';
import { useProfile } from './session';
import { notify } from './toast';

export type TitleState = Schemas['TitleState'];
type Named = Pick<Schemas['Face'], 'title_id' | 'name'>;

/** What a profile has done with a title. */
export const stateQuery = (profileId: string, titleId: string) =>
  queryOptions({
    queryKey: ['state', profileId, titleId],
    queryFn: ({ signal }) =>
      api.get('/profiles/{profile_id}/titles/{title_id}', {
        path: { profile_id: profileId, title_id: titleId },
        signal,
      }),
  });

/** Why a title is proposed to a profile. */
export const whyQuery = (profileId: string, titleId: string) =>
  queryOptions({
    queryKey: ['why', profileId, titleId],
    staleTime: 0,
    queryFn: ({ signal }) =>
      api.get('/profiles/{profile_id}/titles/{title_id}/why', {
        path: { profile_id: profileId, title_id: titleId },
        signal,
      }),
  });

const NOTHING_DONE: Omit<TitleState, 'title_id'> = {
  rating: null,
  thumb: null,
  is_listed: false,
  is_dismissed: false,
  review: null,
  position_s: 0,
  duration_s: null,
  is_played: false,
  in_progress: false,
  watched_at: null,
};

interface Change {
  kind: MoveKind;
  patch: Partial<TitleState>;
  send: (path: { profile_id: string; title_id: string }) => Promise<unknown>;
}

/** What a change of the state asks of the server. */
function changeOf(patch: Partial<TitleState>): Change {
  if (patch.rating !== undefined) {
    const rating = patch.rating;
    return rating === null
      ? {
          kind: 'unrated',
          patch,
          send: (path) => api.delete('/profiles/{profile_id}/ratings/{title_id}', { path }),
        }
      : {
          kind: 'rated',
          patch,
          send: (path) => api.put('/profiles/{profile_id}/ratings/{title_id}', { path, body: { rating } }),
        };
  }
  if (patch.thumb !== undefined) {
    const thumb = patch.thumb;
    return thumb === null
      ? {
          kind: 'unrated',
          patch,
          send: (path) => api.delete('/profiles/{profile_id}/thumbs/{title_id}', { path }),
        }
      : {
          kind: thumb === 'up' ? 'liked' : 'disliked',
          patch,
          send: (path) => api.put('/profiles/{profile_id}/thumbs/{title_id}', { path, body: { thumb } }),
        };
  }
  if (patch.is_listed !== undefined) {
    return patch.is_listed
      ? {
          kind: 'listed',
          patch,
          send: (path) => api.put('/profiles/{profile_id}/watchlist/{title_id}', { path }),
        }
      : {
          kind: 'unlisted',
          patch,
          send: (path) => api.delete('/profiles/{profile_id}/watchlist/{title_id}', { path }),
        };
  }
  return patch.is_dismissed
    ? {
        kind: 'dismissed',
        patch,
        send: (path) => api.put('/profiles/{profile_id}/dismissals/{title_id}', { path }),
      }
    : {
        kind: 'restored',
        patch,
        send: (path) => api.delete('/profiles/{profile_id}/dismissals/{title_id}', { path }),
      };
}

async function carryOut(profileId: string, title: Named, change: Change, undo: Change | null): Promise<void> {
  const { queryKey } = stateQuery(profileId, title.title_id);
  const before = queryClient.getQueryData<TitleState>(queryKey);
  const show = () =>
    queryClient.setQueryData<TitleState>(queryKey, (now) => ({
      title_id: title.title_id,
      ...NOTHING_DONE,
      ...now,
      ...change.patch,
    }));
  show();
  // Whatever was being asked for is stopped, which puts back what was there before it: shown again after that.
  await queryClient.cancelQueries({ queryKey });
  show();
  move({ kind: change.kind, title, isSettled: false });
  if (undo)
    notify(
      t(`lib.did.${change.kind}`, { name: title.name }),
      () => void carryOut(profileId, title, undo, null),
    );
  try {
    await change.send({ profile_id: profileId, title_id: title.title_id });
    move({ kind: change.kind, title, isSettled: true });
    void queryClient.invalidateQueries({ queryKey: ['watchlist', profileId] });
    if (!before) void queryClient.invalidateQueries({ queryKey });
  } catch {
    if (before) queryClient.setQueryData(queryKey, before);
    else queryClient.removeQueries({ queryKey });
    if (undo) move({ kind: undo.kind, title, isSettled: true });
    notify(t('lib.notDone', { name: title.name }), () => void carryOut(profileId, title, change, undo));
  }
}

function backFrom(patch: Partial<TitleState>, before: TitleState): Partial<TitleState> {
  return Object.fromEntries(Object.keys(patch).map((key) => [key, before[key as keyof TitleState]]));
}

/** Change what a profile has done with a title: shown at once, undone from the toast, taken back when refused. */
export function changeState(profileId: string, title: Named, patch: Partial<TitleState>): void {
  const known = queryClient.getQueryData<TitleState>(stateQuery(profileId, title.title_id).queryKey);
  const before = known ?? { title_id: title.title_id, ...NOTHING_DONE };
  void carryOut(profileId, title, changeOf(patch), changeOf(backFrom(patch, before)));
}

/** What the profile that watches has done with a title, and how to change it. */
export function useTitleState(title: Named) {
  const { profile_id: profileId } = useProfile();
  const { data: state } = useQuery(stateQuery(profileId, title.title_id));
  return { state, change: (patch: Partial<TitleState>) => changeState(profileId, title, patch) };
}
