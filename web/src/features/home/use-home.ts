import { useCallback, useEffect, useRef, useState } from 'react';

import { api, type Schemas } from '@/lib/api';
import { lastChange, onMove, takeUnseen, type Move } from '@/lib/moves';
import { queryClient } from '@/lib/query';
import type { Profile } from '@/lib/session';

import { mergeBelow, type HomeRow } from './merge';

const FRESH_MS = 5 * 60_000;

export interface Page {
  rows: HomeRow[];
  /** Drawn for each answer of the server: what `row.shown` calls a slate. */
  slateId: string;
  /** What was done, where it is said, and how many rows below it changed; null when the whole page is new. */
  because: { move: Move; at: number; changed: number | null } | null;
}

const homeQuery = (profile: Profile) => ({
  queryKey: ['home', profile.profile_id, profile.language],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get('/profiles/{profile_id}/home', { path: { profile_id: profile.profile_id }, signal }),
});

async function fetchHome(profile: Profile, isStale: boolean): Promise<Schemas['Home']> {
  const query = homeQuery(profile);
  const fetchedAt = queryClient.getQueryState(query.queryKey)?.dataUpdatedAt ?? 0;
  return queryClient.fetchQuery({ ...query, staleTime: isStale || fetchedAt <= lastChange() ? 0 : FRESH_MS });
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
      const { rows } = await fetchHome(profile, false);
      if (mine !== turn.current) return;
      setError(null);
      setPage({
        rows,
        slateId: crypto.randomUUID(),
        because: unseen?.title.name ? { move: unseen, at: 0, changed: null } : null,
      });
    } catch (reason) {
      if (mine === turn.current) setError(reason);
    }
  }, [profile]);

  const change = useCallback(
    async (move: Move) => {
      const mine = ++turn.current;
      try {
        const fresh = await fetchHome(profile, true);
        if (mine !== turn.current) return;
        takeUnseen();
        setPage((now) => {
          const merged = mergeBelow(now?.rows ?? [], fresh.rows, rowsAboveFold());
          const { rows, at, changed } = merged;
          return { rows, slateId: crypto.randomUUID(), because: { move, at, changed } };
        });
      } catch {
        // The page stays as it is; what was done is safe on the server and shows the next time.
      }
    },
    [profile],
  );

  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the page is read from the server, not derived
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
