import { startTransition, useCallback, useEffect, useRef, useState } from 'react';

import { wideOf } from '@/components/Poster';
import { api } from '@/lib/api';
import { lastChange, onMove, takeUnseen, type Move } from '@/lib/moves';
import { queryClient } from '@/lib/query';
import type { Profile } from '@/lib/session';

import { heroOf, mergeBelow, rowsOf, type HomeRow } from './merge';

const FRESH_MS = 5 * 60_000;

export interface Page {
  rows: HomeRow[];
  /** What was done, where it is said, and how many rows below it changed; null when the whole page is new. */
  because: { move: Move; at: number; changed: number | null } | null;
}

/** The page that a profile was sent last: the next one is of the same visit, and keeps its first rows where asked. */
let last = { profileId: '', slate: '' };

const homeQuery = (profile: Profile, kept: number) => ({
  queryKey: ['home', profile.profile_id, profile.language],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const path = { profile_id: profile.profile_id };
    const before = last.profileId === profile.profile_id && last.slate;
    const query = before ? { slate: before, kept } : {};
    const home = await api.get('/profiles/{profile_id}/home', { path, query, signal });
    last = { profileId: profile.profile_id, slate: home.slate };
    return home;
  },
});

async function fetchHome(profile: Profile, isStale: boolean, kept = 0): Promise<HomeRow[]> {
  const query = homeQuery(profile, kept);
  const fetchedAt = queryClient.getQueryState(query.queryKey)?.dataUpdatedAt ?? 0;
  const staleTime = isStale || fetchedAt <= lastChange() ? 0 : FRESH_MS;
  return rowsOf(await queryClient.fetchQuery({ ...query, staleTime }));
}

/** The picture that opens the page is fetched while the page is drawn. */
function fetchPicture(rows: readonly HomeRow[]): void {
  const hero = heroOf(rows);
  if (hero) new Image().src = wideOf(hero.poster);
}

/** How many rows one has seen, or sees, the beginning of. */
function rowsAboveFold(): number {
  const rows = Array.from(document.querySelectorAll('main [data-row]'));
  return rows.filter((row) => row.getBoundingClientRect().top < innerHeight).length;
}

/**
 * The page of a profile. After something was done with a title, rows below the fold are replaced and `because` says
 * why; what was dismissed is in `gone` until it is taken back.
 */
export function useHome(profile: Profile) {
  const [page, setPage] = useState<Page | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const turn = useRef(0);

  const load = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const unseen = takeUnseen();
      const rows = await fetchHome(profile, false);
      if (mine !== turn.current) return;
      fetchPicture(rows);
      startTransition(() => {
        setError(null);
        setPage({
          rows,
          because: unseen?.title.name ? { move: unseen, at: 0, changed: null } : null,
        });
      });
    } catch (reason) {
      if (mine === turn.current) setError(reason);
    }
  }, [profile]);

  const change = useCallback(
    async (move: Move) => {
      const mine = ++turn.current;
      try {
        const fresh = await fetchHome(profile, true, rowsAboveFold());
        if (mine !== turn.current) return;
        takeUnseen();
        setPage((now) => {
          const merged = mergeBelow(now?.rows ?? [], fresh, rowsAboveFold());
          const { rows, at, changed } = merged;
          return { rows, because: { move, at, changed } };
        });
      } catch {
        // The page stays as it is; what was done is safe on the server and shows the next time.
      }
    },
    [profile],
  );

  useEffect(() => {
    void load();
    return () => {
      turn.current += 1;
    };
  }, [load]);

  useEffect(
    () =>
      onMove((move) => {
        const { title_id: id } = move.title;
        if (move.kind === 'dismissed') setGone((now) => new Set([...now, id]));
        if (move.kind === 'restored') setGone((now) => new Set([...now].filter((each) => each !== id)));
        if (move.isSettled) void change(move);
      }),
    [change],
  );

  return { page, error, gone, reload: () => void load() };
}
